/** The agenda with planned and real minutes, and when the session ends. */
import { Button } from "../parts";
import type { Room } from "../room";
import { steps } from "../select";
import { testId } from "../testids";
import { commands, type Step } from "../wire";
import { atTime, both, count, t } from "../words";
import { common } from "../words/common";
import { desk } from "../words/moderator";

const MINUTE_MS = 60_000;
const minutes = (ms: number) => Math.round(ms / MINUTE_MS);

export function Plan({ room }: { room: Room }) {
  return (
    <aside class="l" aria-label={t(desk.plan)}>
      <h2 class="plan__h">
        {t(desk.plan)}
        <span>{t(desk.planned)}</span>
        <span>{t(desk.real)}</span>
      </h2>
      <ol class="plan">
        {steps(room).map((step, n) => (
          <Row key={step.id} room={room} step={step} number={n + 1} />
        ))}
      </ol>
      <Finish room={room} />
    </aside>
  );
}

/** Milliseconds that a step has taken so far. */
function spent(room: Room, step: Step): number {
  const running = step.state === "open" && room.agenda.value?.state === "running";
  return step.spent_ms + (running ? room.clock.ticking.value - step.started_ms : 0);
}

const LOOKS: Record<Step["state"], string> = {
  ahead: "",
  open: "now",
  closed: "now",
  done: "past",
  skipped: "past skipped",
};

function Row({ room, step, number }: { room: Room; step: Step; number: number }) {
  const began = step.state !== "ahead" && step.state !== "skipped";
  const took = minutes(spent(room, step));
  const late = took > minutes(step.planned_ms);
  const skipped = step.state === "skipped";
  return (
    <li class={LOOKS[step.state]} data-state={step.state} {...testId("agenda-step")}>
      <span class="n num">{number}</span>
      <span title={both(step.name)}>{both(step.name)}</span>
      <span class="num">{minutes(step.planned_ms)}</span>
      {began ? (
        <span class={late ? "num late" : "num"}>{took}</span>
      ) : (
        <button
          type="button"
          class="plan__skip"
          aria-label={`${t(skipped ? desk.unskip : desk.skip)}: ${both(step.name)}`}
          title={t(skipped ? desk.unskip : desk.skip)}
          onClick={() => void room.do(commands.skipStep(step.id, !skipped))}
          {...testId("skip")}
        >
          {skipped ? "↺" : "×"}
        </button>
      )}
    </li>
  );
}

/** When every step ahead takes its planned time. */
function projectedEnd(room: Room): number {
  const agenda = room.agenda.value;
  const now = room.clock.ticking.value;
  const current = room.step.value;
  let end = now;
  if (agenda?.state === "running" && current) end = Math.max(now, current.deadline_ms);
  if (agenda?.state === "paused") end += agenda.left_ms;
  const ahead = steps(room).filter((step) => step.state === "ahead");
  return ahead.reduce((sum, step) => sum + step.planned_ms, end);
}

function Finish({ room }: { room: Room }) {
  const promised = room.agenda.value?.ends_ms ?? 0;
  const projected = projectedEnd(room);
  const bank = minutes(promised - projected);
  if (!promised) {
    return (
      <div class="fin">
        <span class="soft">{t(desk.projected)}</span>
        <span />
        <b class="num">{atTime(projected)}</b>
      </div>
    );
  }
  return (
    <div class="fin">
      <span class="soft">{t(desk.promised)}</span>
      <span class="soft">{t(bank < 0 ? desk.late : desk.bank)}</span>
      <b class="num">{atTime(promised)}</b>
      <b class={bank < 0 ? "w" : ""}>{count(common.minutes, Math.abs(bank))}</b>
      <span class="soft">{t(desk.projected)}</span>
      <span class="num">{atTime(projected)}</span>
      <Button
        id="end-plus5"
        look="text"
        onPress={() => void room.do(commands.moveEnd(5 * MINUTE_MS))}
      >
        {t(desk.moveEnd)} +5
      </Button>
    </div>
  );
}
