/** People as shapes around a table whose rim may be a clock. Nobody can be told from a shape. */
import type { ComponentChildren } from "preact";
import { shapeOf, voiceOf } from "../icons";
import { t } from "../words";
import { stage } from "../words/stage";
import { type Box, useBox } from "./poster";
import { around, mixed, type Point, peopleAMark } from "./seats";

const AWAY = 40;
const INSET = 62;
const SHARE = 0.4;
/** Below this, shapes cannot be told apart from afar. */
const LEAST_PITCH = 27;

interface TableProps {
  readonly voices: readonly (readonly [role: number, people: number])[];
  /** Seats that are kept for somebody who is expected. */
  readonly kept?: number;
  readonly radius: number;
  /** What is left of the time that the rim shows, from 1 to 0; no clock if not said. */
  readonly rim?: number | undefined;
  readonly children: (inside: Box) => ComponentChildren;
}

export function Table(props: TableProps) {
  const [place, box] = useBox<HTMLDivElement>();
  return (
    <div class="st-table" ref={place}>
      {box && <Laid {...props} box={box} />}
    </div>
  );
}

function Laid({ voices, kept = 0, radius, rim, box, children }: TableProps & { box: Box }) {
  const top = {
    x: INSET,
    y: INSET,
    width: Math.max(1, box.width - 2 * INSET),
    height: Math.max(1, box.height - 2 * INSET),
  };
  const edge = 2 * (top.width + top.height);
  const people = voices.reduce((sum, [, n]) => sum + n, 0);
  const aMark = peopleAMark(people, Math.floor(edge / LEAST_PITCH));
  const marks = mixed(voices.map(([role, n]) => [role, Math.ceil(n / aMark)] as const));
  const open = aMark === 1 ? kept : 0;
  const seats = around(marks.length + open, top, AWAY);
  const size = Math.min(radius, (edge / Math.max(1, seats.length)) * SHARE);
  return (
    <>
      <svg viewBox={`0 0 ${box.width} ${box.height}`} aria-hidden="true">
        <rect class="st-table__top" {...top} />
        {rim !== undefined && <Rim {...top} left={rim} />}
        {seats.map((seat, i) => (
          <Seat key={i} at={seat} size={size} role={marks[i]} />
        ))}
      </svg>
      <div class="st-table__in" style={{ inset: `${INSET}px` }}>
        {children(top)}
      </div>
      {aMark > 1 && <p class="st-table__note">{t(stage.aMark, aMark)}</p>}
    </>
  );
}

/** The clock runs off from the end: clockwise from the upper left corner. */
function Rim({ x, y, width, height, left }: Box & Point & { left: number }) {
  return (
    <path
      class="st-table__rim"
      pathLength={1}
      stroke-dasharray={`${left} 2`}
      d={`M${x} ${y}h${width}v${height}h${-width}v${-height}`}
    />
  );
}

const SQUARE = 16;
const SHAPE = 7;

function Seat({ at, size, role }: { at: Point; size: number; role: number | undefined }) {
  const voice = voiceOf(role ?? 0);
  const scale = size / SHAPE;
  const move = `translate(${at.x - (SQUARE / 2) * scale} ${at.y - (SQUARE / 2) * scale})`;
  return (
    <path
      class={`st-seat ${role ? voice : "is-open"}`}
      transform={`${move} scale(${scale})`}
      d={shapeOf(voice)}
    />
  );
}
