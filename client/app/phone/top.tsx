/** The upper zone: which step, how long it lasts, and whether there is a connection. */
import { useState } from "preact/hooks";
import { ConnectionNote, Countdown, Dot, HeadRule } from "../parts";
import type { Room } from "../room";
import { placeOf } from "../select";
import { testId } from "../testids";
import type { Timing } from "../timing";
import { both, t } from "../words";
import { common } from "../words/common";
import { Menu } from "./menu";

export function Top({ room, timing }: { room: Room; timing: Timing }) {
  const [menu, setMenu] = useState(false);
  const step = room.step.value;
  const word = timeWord(timing);
  return (
    <header class="top">
      <div class="top__row">
        <button
          type="button"
          class="top__step"
          onClick={() => setMenu(true)}
          aria-haspopup="dialog"
          {...testId("step-name")}
        >
          {step?.kind && <span class="num">{placeOf(room, step)}</span>}
          {word ? <b class="top__word">{word}</b> : both(step?.name) || room.facts.value?.title}
        </button>
        <Countdown timing={timing} id="timer" />
        <Dot room={room} />
      </div>
      <HeadRule timing={timing} />
      <ConnectionNote room={room} />
      {menu && <Menu room={room} onClose={() => setMenu(false)} />}
    </header>
  );
}

/** A word beside the colour of the clock. */
function timeWord(timing: Timing): string {
  const seconds = timing.seconds.value;
  if (timing.level.value === "is-paused") return t(common.paused);
  if (seconds === 0) return t(common.timeUp);
  if (timing.level.value === "is-end") return t(common.lastSeconds);
  return timing.level.value === "is-warn" ? t(common.lastMinute) : "";
}
