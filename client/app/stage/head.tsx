/** The head of the poster: what it is about, what to do, and how long. */
import { useComputed } from "@preact/signals";
import { asTime } from "../clock";
import type { Room } from "../room";
import { testId } from "../testids";
import type { Timing } from "../timing";
import type { ClockChange } from "../wire";
import { atTime, t } from "../words";
import { beats, stage } from "../words/stage";
import type { Poster } from "./poster";
import type { Saying } from "./scene";
import { fitting, opening } from "./text";

const MINUTE_MS = 60_000;
const SIZES = [116, 92, 76, 64, 54];
const ROOM = { wide: 132, tall: 236 };
/** What the countdown and the margins take of the width. */
const BESIDE = { wide: 544, tall: 470 };
const MARGINS = { wide: 160, tall: 112 };
/** Titles are set tighter than text. */
const TIGHT = 1.06;

interface HeadProps {
  readonly room: Room;
  readonly timing: Timing | null;
  readonly poster: Poster;
  readonly saying: Saying;
}

export function Head({ room, timing, poster, saying }: HeadProps) {
  const way = poster.tall ? "tall" : "wide";
  const width = (poster.width - (timing ? BESIDE : MARGINS)[way]) * TIGHT;
  const size = fitting(saying.title, SIZES, { width, height: ROOM[way], leading: 1 });
  return (
    <header class="st-head">
      <div>
        <h1 style={{ fontSize: `${size}px` }} {...testId("stage-title")}>
          {saying.title}
        </h1>
        <p class="st-ask">{opening(saying.ask)}</p>
      </div>
      {timing && <Time room={room} timing={timing} />}
    </header>
  );
}

/** The head rule is the clock. */
export function Rule({ timing }: { timing: Timing }) {
  return (
    <div class="st-rule">
      <i style={{ transform: `scaleX(${timing.share.value})` }} />
    </div>
  );
}

function Time({ room, timing }: { room: Room; timing: Timing }) {
  const seconds = timing.seconds.value;
  if (seconds === null) return <div />;
  const [minutes, rest] = split(asTime(seconds));
  return (
    <div>
      <div class="st-time" role="timer" {...testId("stage-timer")}>
        {minutes}
        <span>{rest}</span>
      </div>
      <p class="st-beat">
        <Beat room={room} timing={timing} />
      </p>
    </div>
  );
}

/** Only the seconds stand in figures of one width, so that minutes do not gape. */
function split(time: string): readonly [string, string] {
  const at = time.lastIndexOf(":") + 1;
  return [time.slice(0, at), time.slice(at)];
}

const TOLD_MS = 8_000;

/** What the room does now; for a moment, what somebody did to the clock. */
function Beat({ room, timing }: { room: Room; timing: Timing }) {
  const change = room.replica.room.one("clock_change", 3);
  const isNew = useComputed(() => {
    const last = room.replica.room.one("clock_change", 3);
    return !!last && room.clock.ticking.value - last.at_ms < TOLD_MS;
  });
  const told = change && isNew.value && changeOf(room, change);
  return <>{told || beatOf(room, timing)}</>;
}

function changeOf(room: Room, change: ClockChange): string {
  const minutes = Math.round(Math.abs(change.by_ms) / MINUTE_MS);
  const what = () => {
    if (change.what === "extended") return t(change.by_ms < 0 ? stage.less : stage.more, minutes);
    if (change.what === "paused") return t(stage.paused);
    if (change.what === "resumed") return t(stage.resumed);
    if (change.what === "stopped") return t(stage.stopped);
    if (change.what === "end_moved")
      return t(stage.endMoved, atTime(room.agenda.value?.ends_ms ?? 0));
    return "";
  };
  const said = what();
  return said && change.name ? t(stage.by, change.name, said) : said;
}

function beatOf(room: Room, timing: Timing): string {
  const level = timing.level.value;
  const step = room.step.value;
  if (level === "is-paused") return t(stage.paused);
  if (timing.seconds.value === 0) return t(stage.timeUp);
  if (level === "is-end") return t(stage.lastSeconds);
  if (level === "is-warn") return t(stage.lastMinute);
  if (step?.kind === "vote" && !step.input) return t(stage.look);
  const beat = beats[step?.kind ?? ""];
  return beat ? t(beat) : "";
}
