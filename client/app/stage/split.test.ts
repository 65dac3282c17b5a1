/** Votes by voices: shares, gaps and the rows that are shown. */
import { expect, test } from "vitest";
import { Replica } from "../replica";
import type { Room } from "../room";
import { FIELDS, type Step, type Views } from "../wire";
import { gapsOf, rowsShown, scaleOf } from "./split";

const STEP = { id: 5, name: null } as unknown as Step;
const BLANK = { text: null, name: null, state: "shown" };

function view<K extends keyof Views>(kind: K, fields: Partial<Views[K]>): [string, ...unknown[]] {
  const all: Record<string, unknown> = { ...BLANK, ...fields };
  return [kind, ...FIELDS[kind].map((field) => all[field] ?? 0)];
}

type Votes = readonly [mask: number, dots: number, agree: number, disagree: number];

function roomWith(style: "dots" | "opinion", items: readonly (readonly Votes[])[]): Room {
  const replica = new Replica();
  const put = items.flatMap((voices, i) => {
    const sum = (place: 1 | 2 | 3) => voices.reduce((all, voice) => all + voice[place], 0);
    return [
      view("card", { id: 100 + i, text: `Тема ${i}` }),
      view("choice", { id: 200 + i, step: 5, target: 100 + i }),
      view("tally", { id: 200 + i, step: 5, dots: sum(1), agree: sum(2), disagree: sum(3) }),
      view("split", {
        id: 200 + i,
        step: 5,
        voices: voices.map(([mask, dots, agree, no]) => [mask, 4, dots, agree, no, 0] as const),
      }),
    ];
  });
  put.push(view("poll", { id: 5, style }));
  replica.apply({ own: false, since: 0, seq: 1, chain: "", stable_seq: 0, gone: [], put });
  return { replica } as unknown as Room;
}

test("each voice's dots are shares of all that voice gave", () => {
  const room = roomWith("dots", [
    [
      [32, 0, 0, 0],
      [16, 8, 0, 0],
    ],
    [
      [32, 10, 0, 0],
      [16, 2, 0, 0],
    ],
  ]);
  const gaps = gapsOf(room, STEP);
  expect(gaps?.rows.map((row) => row.voices.map((voice) => voice.share))).toEqual([
    [100, 20],
    [0, 80],
  ]);
  expect(gaps?.widest.gap).toBe(80);
});

test("agreement is a share of those who said either", () => {
  const room = roomWith("opinion", [
    [
      [32, 0, 1, 3],
      [8, 0, 4, 0],
      [16, 0, 0, 0],
    ],
  ]);
  const [row] = gapsOf(room, STEP)?.rows ?? [];
  expect(row?.voices).toEqual([
    { mask: 32, share: 25 },
    { mask: 8, share: 100 },
  ]);
});

test("without a split there is no table of gaps", () => {
  expect(gapsOf(roomWith("dots", []), STEP)).toBeNull();
});

test("the row with the widest gap is always shown", () => {
  const even: Votes[] = [
    [32, 5, 0, 0],
    [16, 5, 0, 0],
  ];
  const room = roomWith("dots", [
    even,
    even,
    even,
    [
      [32, 3, 0, 0],
      [16, 0, 0, 0],
    ],
  ]);
  const gaps = gapsOf(room, STEP);
  expect(gaps && rowsShown(gaps, 2)).toContain(gaps?.widest);
  expect(gaps && rowsShown(gaps, 2)).toHaveLength(2);
});

test("the scale ends at the next full ten", () => {
  const row = { id: 1, text: "", sum: 0, gap: 0 };
  expect(scaleOf([{ ...row, voices: [{ mask: 8, share: 44 }] }])).toBe(50);
  expect(scaleOf([{ ...row, voices: [{ mask: 8, share: 100 }] }])).toBe(100);
  expect(scaleOf([])).toBe(20);
});
