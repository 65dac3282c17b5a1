/** Silent writing and secret voting: figures and cells on the table, nobody's words, nobody's name. */
import type { ComponentChildren } from "preact";
import type { Room } from "../room";
import { testId } from "../testids";
import type { Step } from "../wire";
import { count, t } from "../words";
import { stage } from "../words/stage";
import type { Box } from "./poster";
import type { PanelProps } from "./scene";
import { gridOf } from "./seats";
import { Table } from "./table";
import { present } from "./voices";

const SEAT = 15;
const FRESH = 3;
const MOST_CELL = 88;

interface PileProps {
  readonly room: Room;
  readonly tall: boolean;
  readonly n: number;
  /** What stands under the figure. */
  readonly says: ComponentChildren;
  /** Runs of cells on the table, one after the other. */
  readonly runs: readonly Run[];
}

interface Run {
  readonly look: "is-down" | "is-fresh" | "is-slot";
  readonly cells: number;
}

function Pile({ room, tall, n, says, runs }: PileProps) {
  return (
    <Table voices={present(room)} radius={SEAT}>
      {(inside) => (
        <div class="st-pile">
          <p class="st-pile__n">
            <b class={`has-${String(n).length}`} {...testId("stage-count")}>
              {n}
            </b>
            <span>{says}</span>
          </p>
          <Cells runs={runs} place={besides(inside, tall)} />
        </div>
      )}
    </Table>
  );
}

/** What the figure leaves of the table. */
function besides({ width, height }: Box, tall: boolean): Box {
  return tall
    ? { width: width - 128, height: Math.max(1, height - 560) }
    : { width: Math.max(1, width - 644), height: height - 112 };
}

/** One outline for each run, since there may be a thousand cells. */
function Cells({ runs, place }: { runs: readonly Run[]; place: Box }) {
  const all = runs.reduce((sum, run) => sum + run.cells, 0);
  const { columns, cell, gap } = gridOf(all, place, MOST_CELL);
  const { width, height } = cell;
  const outline = (i: number) => {
    const x = (i % columns) * (width + gap);
    const y = Math.floor(i / columns) * (height + gap);
    return `M${x.toFixed(1)} ${y.toFixed(1)}h${width.toFixed(1)}v${height.toFixed(1)}h${-width.toFixed(1)}z`;
  };
  let from = 0;
  return (
    <svg
      class="st-cells"
      viewBox={`0 0 ${place.width} ${place.height}`}
      style={{ width: `${place.width}px`, height: `${place.height}px` }}
      aria-hidden="true"
    >
      {runs.map(({ look, cells }) => {
        const first = from;
        from += cells;
        const d = Array.from({ length: cells }, (_, i) => outline(first + i)).join("");
        return <path key={look} class={look} d={d} />;
      })}
    </svg>
  );
}

/** Cards face down; the last ones are still warm. */
export function Silent({ room, step, tall }: PanelProps) {
  const lanes = room.replica.room.one("turnout", step.id)?.lanes ?? [];
  const cards = lanes.reduce((sum, n) => sum + n, 0);
  const { typing } = room.present.value;
  const says = count(stage.written, cards) + (typing ? `, ${count(stage.typing, typing)}` : "");
  const fresh = Math.min(FRESH, cards);
  const runs: readonly Run[] = [
    { look: "is-down", cells: cards - fresh },
    { look: "is-fresh", cells: fresh },
  ];
  return <Pile room={room} tall={tall} n={cards} says={says} runs={runs} />;
}

/** How many may vote here, as far as the stage is told. */
function voters(room: Room, step: Step): number {
  return present(room)
    .filter(([role]) => role & step.votes)
    .reduce((sum, [, people]) => sum + people, 0);
}

/** A cell for everybody who may vote, filled when the vote is in. */
export function Ballots({ room, step, tall }: PanelProps) {
  const people = room.replica.room.one("turnout", step.id)?.people ?? 0;
  const all = Math.max(people, voters(room, step));
  const says = all > people ? t(stage.votedOf, all) : count(stage.voted, people);
  const runs: readonly Run[] = [
    { look: "is-fresh", cells: people },
    { look: "is-slot", cells: all - people },
  ];
  return <Pile room={room} tall={tall} n={people} says={says} runs={runs} />;
}
