/** A stroke drawn from a person's name: the same name always gives the same stroke. */
import { t } from "./words";
import { common } from "./words/common";

/** Numbers from 0 to 1 that follow from a text (mulberry32 over an FNV-1a hash). */
function numbersOf(text: string): () => number {
  let state = 2166136261;
  for (const sign of text) state = Math.imul(state ^ (sign.codePointAt(0) ?? 0), 16777619);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

type Point = readonly [x: number, y: number];

/** A tall first letter, some low ones, and a long stroke out. */
function pointsOf(name: string): readonly Point[] {
  const next = numbersOf(name);
  const points: Point[] = [[0, 4 - next() * 8]];
  points.push([16 + next() * 10, -30 - next() * 16], [24 + next() * 12, -44 + next() * 10]);
  points.push([14 + next() * 8, 6 + next() * 8], [30 + next() * 10, -2 - next() * 10]);
  const letters = Math.min(6, Math.max(3, name.length - 2));
  let x = 42;
  for (let i = 0; i < letters; i++) {
    const tall = next() > 0.75 ? 26 : 10;
    points.push([x + 5, -4 - next() * tall], [x + 4 + next() * 5, 3 + next() * 3]);
    x += 12 + next() * 6;
  }
  points.push([x + 18, -8 - next() * 10], [x + 60 + next() * 24, -2 - next() * 14]);
  return points;
}

/** A smooth line through points (Catmull-Rom as cubic Béziers). */
function lineThrough(points: readonly Point[]): string {
  const at = (i: number): Point => points[Math.max(0, Math.min(points.length - 1, i))] ?? [0, 0];
  const round = (n: number) => n.toFixed(1);
  let path = `M${at(0).map(round).join(" ")}`;
  for (let i = 0; i < points.length - 1; i++) {
    const [a, b, c, d] = [at(i - 1), at(i), at(i + 1), at(i + 2)];
    const first = [b[0] + (c[0] - a[0]) / 6, b[1] + (c[1] - a[1]) / 6];
    const second = [c[0] - (d[0] - b[0]) / 6, c[1] - (d[1] - b[1]) / 6];
    path += `C${[...first, ...second, ...c].map(round).join(" ")}`;
  }
  return path;
}

const strokes = new Map<string, string>();

/** The path of a name's stroke; made once, since it is drawn anew in every frame of a hold. */
function strokeOf(name: string): string {
  const known = strokes.get(name);
  if (known !== undefined) return known;
  const stroke = lineThrough(pointsOf(name));
  strokes.set(name, stroke);
  return stroke;
}

/** `drawn` is how much of it is there, from 0 to 1. */
export function Signature({ name, drawn = 1 }: { name: string; drawn?: number }) {
  return (
    <svg class="pen" viewBox="0 -48 230 78" role="img" aria-label={t(common.autograph, name)}>
      <path d={strokeOf(name)} pathLength={1} stroke-dasharray="1" stroke-dashoffset={1 - drawn} />
    </svg>
  );
}
