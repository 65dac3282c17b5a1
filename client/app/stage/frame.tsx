/** The fixed frame of the stage: title, countdown, the way in, and where the agenda stands. */
import { asTime } from "../clock";
import type { RoomLink } from "../links";
import type { Room } from "../room";
import { nextStep, steps } from "../select";
import { testId } from "../testids";
import type { Timing } from "../timing";
import { atTime, both, t } from "../words";
import { common, kindNames } from "../words/common";
import { stage } from "../words/stage";

const MINUTE_MS = 60_000;

export function Head({ room, timing }: { room: Room; timing: Timing }) {
  const step = room.step.value;
  const closed = room.facts.value?.closed_ms;
  const title = closed ? t(stage.thanks) : both(step?.name) || room.facts.value?.title || "";
  const long = title.length > 22;
  return (
    <header class="stage__head">
      <div>
        <h1 class={long ? "h-2" : ""} {...testId("stage-title")}>
          {title}
        </h1>
        <p class="stage__ask">{step && !closed ? both(step.prompt) : room.facts.value?.goal}</p>
      </div>
      {step && !closed && <Time room={room} timing={timing} />}
    </header>
  );
}

function Time({ room, timing }: { room: Room; timing: Timing }) {
  const seconds = timing.seconds.value;
  const kind = room.step.value?.kind ?? "";
  const level = timing.level.value;
  const word =
    level === "is-paused"
      ? t(stage.paused)
      : seconds === 0
        ? t(common.timeUp)
        : level === "is-warn" || level === "is-end"
          ? t(common.lastMinute)
          : t(kindNames[kind] ?? ["", ""]);
  if (seconds === null) return <div />;
  return (
    <div>
      <div class="stage__time" role="timer" {...testId("stage-timer")}>
        {asTime(seconds)}
      </div>
      <p class="stage__beat">{word}</p>
    </div>
  );
}

/** The address without its key, as people would read it aloud. */
export function host(): string {
  return location.host;
}

export function Foot({ room, door }: { room: Room; door: RoomLink | null }) {
  const next = nextStep(room);
  const here = room.agenda.value?.current;
  const ends = room.agenda.value?.ends_ms ?? 0;
  return (
    <footer class="stage__foot">
      <div class="qr">
        {door ? (
          <img src={door.qr} alt={`QR: ${host()}`} {...testId("stage-qr")} />
        ) : (
          <span class="qr__none" />
        )}
        <div>
          <span>{host()}</span>
          <b class="num" {...testId("stage-code")}>
            {room.session.code}
          </b>
        </div>
      </div>
      <div class="road" aria-hidden="true">
        {steps(room)
          .filter((step) => step.state !== "skipped")
          .map((step) => (
            <i
              key={step.id}
              class={step.id === here ? "now" : step.state === "done" ? "past" : ""}
            />
          ))}
      </div>
      <div class="next">
        {next ? (
          <>
            {t(stage.next, Math.round(next.planned_ms / MINUTE_MS))}
            <b>{both(next.name)}</b>
          </>
        ) : (
          ends > 0 && t(stage.ends, atTime(ends))
        )}
      </div>
    </footer>
  );
}
