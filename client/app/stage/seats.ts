/** Where people sit: shapes around a table, and cells on it. */
import type { Box } from "./poster";

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** So many things dealt out in proportion to shares: largest remainders get the rest. */
export function dealt(things: number, shares: readonly number[]): readonly number[] {
  const whole = shares.reduce((sum, share) => sum + share, 0) || 1;
  const exact = shares.map((share) => (things * share) / whole);
  const given = exact.map(Math.floor);
  const rest = things - given.reduce((sum, n) => sum + n, 0);
  const byRemainder = exact
    .map((n, place) => ({ place, remainder: n - Math.floor(n) }))
    .sort((a, b) => b.remainder - a.remainder || a.place - b.place);
  for (const { place } of byRemainder.slice(0, rest)) given[place] = (given[place] ?? 0) + 1;
  return given;
}

/** Places around a table, clockwise from its upper left corner, each `away` from its edge. */
export function around(people: number, table: Box & Point, away: number): readonly Point[] {
  const { x, y, width, height } = table;
  const [top = 0, right = 0, bottom = 0, left = 0] = dealt(people, [width, height, width, height]);
  const along = (n: number, length: number) =>
    Array.from({ length: n }, (_, i) => ((i + 0.5) / n) * length);
  return [
    ...along(top, width).map((d) => ({ x: x + d, y: y - away })),
    ...along(right, height).map((d) => ({ x: x + width + away, y: y + d })),
    ...along(bottom, width).map((d) => ({ x: x + width - d, y: y + height + away })),
    ...along(left, height).map((d) => ({ x: x - away, y: y + height - d })),
  ];
}

/** Roles in a row, each as often as it is there, evenly mixed. */
export function mixed(voices: readonly (readonly [role: number, people: number])[]): number[] {
  const there = voices.filter(([, people]) => people > 0);
  const all = there.reduce((sum, [, people]) => sum + people, 0);
  const given = there.map(() => 0);
  return Array.from({ length: all }, (_, i) => {
    const owed = there.map(([, people], v) => (people * (i + 1)) / all - (given[v] ?? 0));
    const next = owed.indexOf(Math.max(...owed));
    given[next] = (given[next] ?? 0) + 1;
    return there[next]?.[0] ?? 0;
  });
}

const STEPS = [1, 2, 5, 10, 20, 50, 100];

/** How many people one shape stands for, so that at most `most` shapes are drawn. */
export function peopleAMark(people: number, most: number): number {
  return STEPS.find((n) => Math.ceil(people / n) <= most) ?? Math.ceil(people / most);
}

interface Grid {
  readonly columns: number;
  readonly rows: number;
  readonly cell: Box;
  readonly gap: number;
}

const CARD_RATIO = 1.5;
const GAP = 0.16;

/** Cells of cards that lie on a table: as large as all of them allow, and not larger than `most`. */
export function gridOf(cards: number, place: Box, most: number): Grid {
  let best: Grid = { columns: 1, rows: 1, cell: { width: 0, height: 0 }, gap: 0 };
  for (let columns = 1; columns <= Math.max(1, cards); columns++) {
    const rows = Math.max(1, Math.ceil(cards / columns));
    const wide = place.width / (columns + (columns - 1) * GAP);
    const high = place.height / (rows / CARD_RATIO + (rows - 1) * GAP);
    const width = Math.min(most, wide, high);
    const cell = { width, height: width / CARD_RATIO };
    if (width > best.cell.width) best = { columns, rows, cell, gap: width * GAP };
  }
  const fill = Math.floor((place.width + best.gap) / (best.cell.width + best.gap));
  return { ...best, columns: Math.max(best.columns, fill) };
}

/** Lifts marks that would cover each other: for each, -1, 0 or 1 half widths off the line. */
export function lifted(places: readonly number[], near: number): readonly number[] {
  const lifts = places.map(() => 0);
  const order = places.map((_, i) => i).sort((a, b) => (places[a] ?? 0) - (places[b] ?? 0));
  let cluster: number[] = [];
  const settle = () => {
    const middle = (cluster.length - 1) / 2;
    for (const [i, mark] of cluster.entries()) lifts[mark] = cluster.length > 1 ? i - middle : 0;
    cluster = [];
  };
  for (const mark of order) {
    const last = cluster[cluster.length - 1];
    if (last !== undefined && (places[mark] ?? 0) - (places[last] ?? 0) >= near) settle();
    cluster.push(mark);
  }
  settle();
  return lifts;
}
