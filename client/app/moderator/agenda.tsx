/** The agenda with planned and real minutes. A step opens to be skipped or followed by a new one. */
import { useEffect, useRef, useState } from "preact/hooks";
import { Icon } from "../icons";
import { Button } from "../parts";
import { steps } from "../select";
import { testId } from "../testids";
import { commands, type Step } from "../wire";
import { atTime, both, count, t } from "../words";
import { common, kindNames } from "../words/common";
import { desk as words } from "../words/moderator";
import type { Desk } from "./desk";
import { layout } from "./layout";
import { finishOf, minutesOf, spentMs } from "./plan";

export function Plan({ desk }: { desk: Desk }) {
  const [open, setOpen] = useState(0);
  const all = steps(desk.room);
  const over = desk.room.agenda.value?.state === "over";
  return (
    <>
      <h2 class="plan__h">
        {t(words.plan)}
        <span>{t(words.planned)}</span>
        <span>{t(words.real)}</span>
      </h2>
      <ol class="plan">
        {all.map((step, n) => (
          <Row
            key={step.id}
            desk={desk}
            step={step}
            number={n + 1}
            open={open === step.id}
            onOpen={() => setOpen(open === step.id ? 0 : step.id)}
          />
        ))}
      </ol>
      {!over && (
        <Button id="insert-open" look="text" onPress={() => insertAfter(desk, 0)}>
          <Icon name="plus" />
          {t(words.insert)}
        </Button>
      )}
      <Finish desk={desk} />
    </>
  );
}

function insertAfter(desk: Desk, step: number): void {
  desk.insertAfter.value = step;
  desk.open("insert");
}

const LOOKS: Record<Step["state"], string> = {
  ahead: "",
  open: "now",
  closed: "now",
  done: "past",
  skipped: "past skipped",
};

interface RowProps {
  readonly desk: Desk;
  readonly step: Step;
  readonly number: number;
  readonly open: boolean;
  readonly onOpen: () => void;
}

function Row({ desk, step, number, open, onOpen }: RowProps) {
  const here = LOOKS[step.state] === "now";
  const row = useRef<HTMLLIElement>(null);
  useEffect(() => {
    if (here && layout.value === "wide") row.current?.scrollIntoView({ block: "nearest" });
  }, [here]);
  return (
    <li ref={row} class={LOOKS[step.state]} data-state={step.state} {...testId("agenda-step")}>
      <button
        type="button"
        class="plan__row"
        aria-expanded={open}
        aria-current={here ? "step" : undefined}
        onClick={onOpen}
        {...testId("agenda-open")}
      >
        <span class="n num">{number}</span>
        <span class="plan__name">{both(step.name)}</span>
        <span class="num">{minutesOf(step.planned_ms)}</span>
        <Real desk={desk} step={step} />
      </button>
      {open && <Opened desk={desk} step={step} />}
    </li>
  );
}

/** Minutes that the step has really taken; in amber and bold once it took longer than planned. */
function Real({ desk, step }: { desk: Desk; step: Step }) {
  const began = step.state !== "ahead" && step.state !== "skipped";
  if (!began) return <span class="num" />;
  const { room } = desk;
  const took = minutesOf(spentMs(step, room.agenda.value, room.clock.ticking.value));
  return <span class={took > minutesOf(step.planned_ms) ? "num late" : "num"}>{took}</span>;
}

function Opened({ desk, step }: { desk: Desk; step: Step }) {
  const { room } = desk;
  const skipped = step.state === "skipped";
  const current = room.step.value;
  const passed = step.state === "done";
  const name = both(step.name);
  const skip = () =>
    void desk.act(commands.skipStep(step.id, !skipped), {
      text: t(skipped ? words.unskipped : words.skipped, name),
      undo: () => [[commands.skipStep(step.id, skipped)]],
    });
  return (
    <div class="plan__more">
      <p>
        {t(kindNames[step.kind] ?? ["", ""])}
        {step.anonymous && `, ${t(words.anonymous)}`}
      </p>
      {both(step.prompt) && <p class="soft">{both(step.prompt)}</p>}
      <div class="plan__deeds">
        {(step.state === "ahead" || skipped) && (
          <Button
            id="skip"
            label={`${t(skipped ? words.unskip : words.skip)}: ${name}`}
            onPress={skip}
          >
            {t(skipped ? words.unskip : words.skip)}
          </Button>
        )}
        {!passed && current?.id !== step.id && (
          <Button id="insert-after" onPress={() => insertAfter(desk, step.id)}>
            {t(words.insertAfter)}
          </Button>
        )}
      </div>
      {passed && (
        <p class="soft">{t(words.tookOf, count(common.minutes, minutesOf(step.spent_ms)))}</p>
      )}
    </div>
  );
}

/** The end as it stands now against the promised one. */
function Finish({ desk }: { desk: Desk }) {
  const { room } = desk;
  const now = room.clock.ticking.value;
  const { projected_ms, promised_ms, bank } = finishOf(room.agenda.value, steps(room), now);
  if (room.facts.value?.closed_ms) return null;
  if (!promised_ms) return <Planned desk={desk} projected_ms={projected_ms} />;
  const late = bank < 0;
  return (
    <button type="button" class="fin" onClick={() => desk.open("time")} {...testId("finish")}>
      <span class="soft">{t(late ? words.promised : words.onTime)}</span>
      <span class="soft">{t(late ? words.projected : words.bank)}</span>
      <b class="num">{atTime(promised_ms)}</b>
      <b class={bank < 1 ? "num w" : "num"} {...testId("bank")}>
        {late ? `${atTime(projected_ms)}, +${-bank}` : t(words.minutesShort, bank)}
      </b>
    </button>
  );
}

function Planned({ desk, projected_ms }: { desk: Desk; projected_ms: number }) {
  const starts = desk.room.facts.value?.starts_ms ?? 0;
  const now = desk.room.clock.ticking.value;
  const from = Math.max(starts, now);
  return (
    <div class="fin">
      <span class="soft">{t(starts > now ? words.plannedStart : words.ifNow)}</span>
      <span class="soft">{t(words.projected)}</span>
      <b class="num">{atTime(from)}</b>
      <b class="num">{atTime(from + projected_ms - now)}</b>
    </div>
  );
}
