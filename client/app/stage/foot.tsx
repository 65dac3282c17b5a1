/** The foot of the poster: the way in, where the agenda stands, and what comes next. */
import type { RoomLink } from "../links";
import type { Room } from "../room";
import { nextStep, steps } from "../select";
import { testId } from "../testids";
import { atTime, both, t } from "../words";
import { reactionNames, stage } from "../words/stage";
import { Drawn } from "./drawn";
import { Legend } from "./voices";

const MINUTE_MS = 60_000;

interface FootProps {
  readonly room: Room;
  readonly door: RoomLink | null;
  readonly masks: readonly number[];
  /** The way in stands in the picture itself. */
  readonly isOpen: boolean;
}

export function Foot({ room, door, masks, isOpen }: FootProps) {
  return (
    <footer class="st-foot">
      {isOpen ? <Share /> : <WayIn room={room} door={door} />}
      <div class="st-middle">
        <div class="st-told">
          <Legend masks={masks} />
          <Reactions room={room} />
        </div>
        <Road room={room} />
      </div>
      <Next room={room} />
    </footer>
  );
}

/** The address without its key, as people would read it aloud. */
export const host = (): string => location.host;

/** The code to scan, the address and the short code; a blank of the same size until it is there. */
export function WayIn({ room, door }: Pick<FootProps, "room" | "door">) {
  return (
    <div class="st-in">
      {door ? (
        <img src={door.qr} alt={t(stage.qr, host())} {...testId("stage-qr")} />
      ) : (
        <span class="st-in__none" />
      )}
      <div>
        <span>{host()}</span>
        <b {...testId("stage-code")}>{room.session.code}</b>
      </div>
    </div>
  );
}

function Share() {
  return (
    <p class="st-share">
      {t(stage.noPhone)}
      <b>{t(stage.share)}</b>
    </p>
  );
}

function Road({ room }: { room: Room }) {
  const road = steps(room).filter((step) => step.state !== "skipped");
  const here = road.findIndex((step) => step.id === room.agenda.value?.current);
  const isOver = room.agenda.value?.state === "over";
  const look = (place: number) => {
    if (isOver || place < here) return "is-past";
    return place === here ? "is-now" : "";
  };
  return (
    <div class="st-road" role="img" aria-label={t(stage.road, here + 1, road.length)}>
      {road.map((step, place) => (
        <i key={step.id} class={look(place)} />
      ))}
    </div>
  );
}

function Next({ room }: { room: Room }) {
  const next = nextStep(room);
  const ends = room.agenda.value?.ends_ms ?? 0;
  if (room.agenda.value?.state === "over") return <p class="st-next" />;
  if (!next) {
    return (
      <p class="st-next">
        {t(stage.last)}
        <b>{ends > 0 && t(stage.ends, atTime(ends))}</b>
      </p>
    );
  }
  const minutes = Math.round(next.planned_ms / MINUTE_MS);
  return (
    <p class="st-next">
      {minutes ? t(stage.next, minutes) : t(stage.nextUntimed)}
      <b>{both(next.name)}</b>
    </p>
  );
}

/** How many reacted in the last seconds: a figure, no fireworks. */
function Reactions({ room }: { room: Room }) {
  const given = room.present.value.reactions.filter(([, n]) => n > 0);
  if (given.length === 0) return null;
  return (
    <p class="st-react" role="img" aria-label={t(stage.reactions)} {...testId("stage-reactions")}>
      {given.map(([kind, n]) => (
        <span key={kind} title={t(reactionNames[kind])}>
          <Drawn name={kind} />
          {n}
        </span>
      ))}
    </p>
  );
}
