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

/** First letters, as a pen goes; up is negative. */
const CAPITALS: readonly (readonly Point[])[] = [
  [
    [2, -4],
    [14, -38],
    [25, -45],
    [21, -20],
    [8, 5],
    [1, 1],
    [14, -4],
    [36, 0],
  ],
  [
    [32, -36],
    [13, -38],
    [2, -14],
    [14, 5],
    [35, -8],
    [37, -32],
    [24, -40],
    [30, -16],
    [44, -4],
  ],
  [
    [0, 4],
    [12, -10],
    [25, -44],
    [29, -42],
    [30, -6],
    [37, 2],
    [27, -14],
    [12, -12],
    [42, -6],
  ],
  [
    [11, 8],
    [13, -36],
    [15, -38],
    [4, -26],
    [24, -47],
    [40, -34],
    [28, -20],
    [13, -18],
    [36, 3],
  ],
  [
    [36, -38],
    [20, -47],
    [9, -34],
    [24, -20],
    [31, -4],
    [14, 7],
    [1, -2],
    [18, -9],
    [42, -4],
  ],
  [
    [0, 0],
    [8, -36],
    [12, -38],
    [17, -4],
    [27, -40],
    [31, -40],
    [36, -2],
    [46, -5],
  ],
  [
    [0, -12],
    [17, -42],
    [31, -44],
    [25, -10],
    [9, 18],
    [-1, 12],
    [20, -4],
    [44, -6],
  ],
];

/** What follows: a hump, a tall loop, a small one, one below the line, a flat wave. */
const LETTERS: readonly (readonly Point[])[] = [
  [
    [4, -13],
    [10, 0],
  ],
  [
    [8, -6],
    [14, -31],
    [7, -29],
    [10, 0],
  ],
  [
    [8, -5],
    [8, -13],
    [3, -9],
    [11, 1],
  ],
  [
    [5, -8],
    [8, 2],
    [5, 22],
    [-2, 19],
    [13, -2],
  ],
  [
    [8, -5],
    [17, -1],
  ],
];

/** Ways to end: a stroke out, a rise, a line back under the name, a fading zigzag. */
const ENDS: readonly (readonly Point[])[] = [
  [
    [20, -9],
    [72, -6],
  ],
  [
    [14, -3],
    [40, -23],
    [62, -32],
  ],
  [
    [16, -5],
    [32, 5],
    [-24, 17],
    [-62, 16],
    [24, 11],
  ],
  [
    [8, -8],
    [16, 2],
    [25, -6],
    [60, -2],
  ],
];

/** A first letter, some more, and an end, leaning as this hand leans. */
function pointsOf(name: string): readonly Point[] {
  const next = numbersOf(name);
  const one = (shapes: readonly (readonly Point[])[]) =>
    shapes[Math.floor(next() * shapes.length)] ?? [];
  const lean = 0.05 + next() * 0.4;
  const tall = 0.85 + next() * 0.2;
  const wide = 0.85 + next() * 0.35;
  const points: Point[] = [];
  const write = (shape: readonly Point[], from: number) => {
    for (const [x, y] of shape) {
      const up = (y + next() * 3 - 1.5) * tall;
      points.push([from + (x + next() * 3 - 1.5) * wide - up * lean, up]);
    }
    return from + (shape[shape.length - 1]?.[0] ?? 0) * wide;
  };
  let x = write(one(CAPITALS), 0);
  const letters = Math.min(5, Math.max(2, name.length - 3));
  for (let i = 0; i < letters; i++) x = write(one(LETTERS), x);
  write(one(ENDS), x);
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
    <svg class="pen" viewBox="-14 -52 244 84" role="img" aria-label={t(common.autograph, name)}>
      <path d={strokeOf(name)} pathLength={1} stroke-dasharray="1" stroke-dashoffset={1 - drawn} />
    </svg>
  );
}
