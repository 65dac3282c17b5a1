/** Where people sit: shapes around a table. */

export interface Point {
  readonly x: number;
  readonly y: number;
}

interface Box extends Point {
  readonly width: number;
  readonly height: number;
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
export function around(people: number, table: Box, away: number): readonly Point[] {
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
