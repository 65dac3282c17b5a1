/** The upper zone: which step, how long it lasts, and whether there is a connection. */
import { ConnectionNote, Countdown, Dot, HeadRule, stillSending } from "../parts";
import type { Room } from "../room";
import { placeOf } from "../select";
import { testId } from "../testids";
import type { Timing } from "../timing";
import { both, t } from "../words";
import { common } from "../words/common";
import { around } from "../words/room";
import { ClockNews, HostsAway } from "./news";

interface Props {
  readonly room: Room;
  readonly timing: Timing;
  readonly onMenu?: () => void;
}

export function Top({ room, timing, onMenu }: Props) {
  const step = room.step.value;
  return (
    <header class="top">
      <div class="top__row">
        <button
          type="button"
          class={step ? "top__step" : "top__step top__step--whole"}
          onClick={onMenu}
          aria-haspopup="dialog"
          {...testId("step-name")}
        >
          <StepName room={room} timing={timing} />
        </button>
        <Countdown timing={timing} id="timer" />
        <Dot room={room} />
      </div>
      <HeadRule timing={timing} />
      <ConnectionNote room={room} />
      <HostsAway room={room} />
      <ClockNews room={room} />
    </header>
  );
}

/** The step's name, or what is more urgent than that. */
function StepName({ room, timing }: Props) {
  const step = room.step.value;
  const word = timeWord(timing);
  const sending = stillSending(room);
  if (sending) return <b class="top__safe">{sending}</b>;
  return (
    <>
      {step?.kind && <span class="num">{placeOf(room, step)}</span>}
      {word ? <b class="top__word">{word}</b> : <bdi>{stepName(room)}</bdi>}
    </>
  );
}

/** The step's name; before the session the room's, and for others' steps what they are to us. */
function stepName(room: Room): string {
  const step = room.step.value;
  if (!step) return room.facts.value?.title ?? "";
  return step.kind ? both(step.name) : t(around.restForYou);
}

/** A word beside the colour of the clock. */
function timeWord(timing: Timing): string {
  const seconds = timing.seconds.value;
  if (timing.level.value === "is-paused") return t(common.paused);
  if (seconds === 0) return t(common.timeUp);
  if (timing.level.value === "is-end") return t(common.lastSeconds);
  return timing.level.value === "is-warn" ? t(common.lastMinute) : "";
}
