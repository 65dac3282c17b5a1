/** People around a table whose rim is the clock: a shape for each, by voice, one's own marked. */
import type { ComponentChildren } from "preact";
import { shapeOf, type Voice, voiceOf } from "../icons";
import { around, mixed, type Point, peopleAMark } from "../stage/seats";
import { t } from "../words";
import { phone } from "../words/phone";

const TOP = { x: 46, y: 38, width: 258, height: 129 };
const RIM = "M44 38H304V167H46V38";
const AWAY = 21;
/** Half a shape's width, where there is room. */
const LARGEST = 9;
const MOST_SHAPES = 48;
/** So few people do not sit at a bare table: chairs stand ready. */
const CHAIRS = 16;
const CHAIR = 0;

export type Voices = readonly (readonly [role: number, people: number])[];

interface Seat extends Point {
  readonly role: number;
  readonly mine: boolean;
}

/** How many people one shape stands for. */
export const shapeOfPeople = (people: number): number => peopleAMark(people, MOST_SHAPES);

/** Everybody's shape and place. The one who looks, of role `me`, sits nearest; 0 is nobody. */
export function seatsOf(voices: Voices, me: number): readonly Seat[] {
  const people = voices.reduce((sum, [, n]) => sum + n, 0);
  const each = shapeOfPeople(people);
  const shapes = voices.map(([role, n]) => [role, Math.ceil(n / each)] as const);
  const drawn = shapes.reduce((sum, [, n]) => sum + n, 0);
  const roles = mixed([...shapes, [CHAIR, Math.max(0, CHAIRS - drawn)]]);
  const points = around(roles.length, TOP, AWAY);
  const nearest = nearestTo(points, { x: 175, y: 250 });
  const own = roles.indexOf(me);
  if (me && own >= 0) [roles[own], roles[nearest]] = [roles[nearest] ?? CHAIR, me];
  return points.map((point, n) => ({
    ...point,
    role: roles[n] ?? CHAIR,
    mine: me > 0 && own >= 0 && n === nearest,
  }));
}

function nearestTo(points: readonly Point[], to: Point): number {
  const far = points.map(({ x, y }) => Math.hypot(x - to.x, y - to.y));
  return far.indexOf(Math.min(...far));
}

interface TableProps {
  readonly voices: Voices;
  readonly me: number;
  readonly label: string;
  readonly rim: ComponentChildren;
  readonly children: ComponentChildren;
}

export function Table({ voices, me, label, rim, children }: TableProps) {
  const seats = seatsOf(voices, me);
  const half = Math.min(LARGEST, (TOP.width / Math.max(1, seats.length / 3)) * 0.38);
  return (
    <div class="table">
      <svg viewBox="0 0 350 234" role="img" aria-label={label}>
        <rect class="top-of" x={TOP.x} y={TOP.y} width={TOP.width} height={TOP.height} />
        {rim}
        {seats.map((seat, n) => (
          <Shape key={n} seat={seat} half={seat.mine ? Math.max(10, half) : half} />
        ))}
      </svg>
      <div class="table__in">{children}</div>
    </div>
  );
}

/** What is left of the rim, from 1 to 0. */
export function TableRim({ share }: { share: number }) {
  return <path class="rim" d={RIM} pathLength={1} stroke-dasharray={`${share} 2`} />;
}

function Shape({ seat, half }: { seat: Seat; half: number }) {
  const { x, y, role, mine } = seat;
  const voice: Voice = voiceOf(role);
  return (
    <>
      <path
        class={role === CHAIR ? "chair open" : `chair ${voice}`}
        d={shapeOf(role === CHAIR ? "staff" : voice)}
        transform={`translate(${x - half} ${y - half}) scale(${half / 8})`}
      />
      {mine && (
        <>
          <circle class="chair-me" cx={x} cy={y} r={half + 5} />
          <text class="chair-t" x={x} y={y + half + 23} text-anchor="middle">
            {t(phone.you)}
          </text>
        </>
      )}
    </>
  );
}
