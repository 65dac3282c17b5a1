/** The head of the middle: which step, how long still, what to read aloud, what to do about it. */
import { asTime } from "../clock";
import { Button, HeadRule } from "../parts";
import { nextStep, placeOf, steps } from "../select";
import { testId } from "../testids";
import { commands } from "../wire";
import { atTime, both, t } from "../words";
import { common, kindNames } from "../words/common";
import { desk as words } from "../words/moderator";
import { hints } from "../words/moderator-lists";
import type { Controls } from "./controls";
import type { Desk } from "./desk";
import { isStopped } from "./hints";
import { layout } from "./layout";
import { minutesOf } from "./plan";

export function Now({ desk }: { desk: Desk }) {
  const { room, timing } = desk;
  const step = room.step.value;
  const closed = room.facts.value?.closed_ms;
  if (closed) return <h1 {...testId("step-name")}>{t(words.closed, atTime(closed))}</h1>;
  const seconds = timing.seconds.value;
  return (
    <>
      <div class="live__h">
        <div>
          <p class="soft">{step ? placeLine(desk) : t(words.lobbyLead)}</p>
          <h1 {...testId("step-name")}>{step ? both(step.name) : t(words.lobby)}</h1>
        </div>
        {seconds !== null && (
          <div class="live__t" role="timer" aria-label={t(common.clock)} {...testId("timer")}>
            {asTime(seconds)}
            <small>{timeWord(desk)}</small>
          </div>
        )}
      </div>
      <HeadRule timing={timing} />
    </>
  );
}

function placeLine(desk: Desk): string {
  const { room } = desk;
  const step = room.step.value;
  if (!step) return "";
  if (layout.value === "small") {
    return t(words.stepShort, placeOf(room, step), steps(room).length);
  }
  const kind = t(kindNames[step.kind] ?? ["", ""]);
  return t(words.stepOf, placeOf(room, step), steps(room).length, kind);
}

/** A word beside the colour of the clock. */
function timeWord(desk: Desk): string {
  const state = desk.room.agenda.value?.state;
  if (state === "paused") return t(common.paused);
  if (state === "waiting") return t(isStopped(desk.room) ? words.inputClosed : common.timeUp);
  const level = desk.timing.level.value;
  if (level === "is-end") return t(common.lastSeconds);
  return level === "is-warn" ? t(common.lastMinute) : "";
}

/** What to say to the room. */
export function Aloud({ desk }: { desk: Desk }) {
  const { room } = desk;
  const text =
    both(room.step.value?.prompt) || (room.step.value ? "" : (room.facts.value?.goal ?? ""));
  if (!text || room.facts.value?.closed_ms) return null;
  return (
    <div class="aloud">
      <span>{t(room.step.value ? words.aloud : words.goal)}</span>
      <p>{text}</p>
    </div>
  );
}

/** Time ran out while the server was away: the clock waits for a word. */
export function Missed({ desk }: { desk: Desk }) {
  if (!desk.room.agenda.value?.missed) return null;
  return (
    <div class="tip tip--warn" role="alert" {...testId("missed")}>
      <p>{t(words.missedNote)}</p>
      <Button id="missed-resume" look="act" onPress={() => void desk.act(commands.resumeClock())}>
        {t(words.resume)}
      </Button>
    </div>
  );
}

/** Advice with one button; nothing moves by itself. */
export function Hinted({ desk, controls }: { desk: Desk; controls: Controls }) {
  const hint = desk.watch.hint.value;
  const gain = desk.watch.gain.value;
  if (!hint || controls.off) return null;
  const text = t(hints[hint]);
  const over = hint === "time_up" || hint === "stopped";
  return (
    <div class="tip" role="status" {...testId(`hint-${hint}`)}>
      <p>
        {text}
        {!over && hint !== "counted" && gain > 0 && ` ${t(words.hintGain, gain)}`}
      </p>
      {over && (
        <>
          <Button id="hint-plus1" onPress={() => void controls.extend(1)}>
            +1 {t(words.minute)}
          </Button>
          <Button id="hint-plus5" onPress={() => void controls.extend(5)}>
            +5
          </Button>
        </>
      )}
      {hint === "all_done" && controls.following && (
        <Button id="hint-next" onPress={controls.next}>
          {t(words.next)}
        </Button>
      )}
      {hint === "quiet" && (
        <Button id="hint-stop" onPress={controls.stop}>
          {t(words.stop)}
        </Button>
      )}
    </div>
  );
}

/** What follows, so that nobody has to remember the agenda. */
export function Coming({ desk }: { desk: Desk }) {
  const { room } = desk;
  const first = nextStep(room);
  if (!first || room.facts.value?.closed_ms) return null;
  const all = steps(room);
  const ahead = all.slice(all.indexOf(first)).filter((step) => step.state === "ahead");
  return (
    <section class="coming">
      <h2>{t(words.comesNext)}</h2>
      <ol>
        {ahead.slice(0, 3).map((step) => (
          <li key={step.id}>
            <b>{both(step.name)}</b>
            <span>
              {t(words.minutesShort, minutesOf(step.planned_ms))},{" "}
              {t(kindNames[step.kind] ?? ["", ""])}
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}
