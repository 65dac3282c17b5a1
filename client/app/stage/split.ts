/** A vote told by voices: which share each gave to what, and where they are furthest apart. */
import type { Room } from "../room";
import { itemsOf } from "../select";
import type { Split, Step } from "../wire";

export interface Voice {
  readonly mask: number;
  /** Of its dots, or of its opinions for and against: the share in per cent. */
  readonly share: number;
}

export interface Row {
  readonly id: number;
  readonly text: string;
  readonly sum: number;
  readonly voices: readonly Voice[];
  /** Between the highest and the lowest share, in points. */
  readonly gap: number;
}

export interface GapTable {
  readonly dots: boolean;
  readonly rows: readonly Row[];
  readonly widest: Row;
}

export const isDots = (room: Room, step: Step): boolean =>
  room.replica.room.one("poll", step.id)?.style !== "opinion";

/** The table of gaps; nothing where voices may not be told apart. */
export function gapsOf(room: Room, step: Step): GapTable | null {
  const splits = room.replica.room.all("split").filter((split) => split.step === step.id);
  if (splits.length === 0) return null;
  const dots = isDots(room, step);
  const share = dots ? sharesOfDots(splits) : sharesOfAgreement();
  const rows = itemsOf(room, step.id).flatMap((item): Row[] => {
    const split = splits.find((one) => one.id === item.choice.id);
    const { tally } = item;
    if (!split || !tally) return [];
    const sum = dots ? tally.dots : tally.agree + tally.disagree;
    return [rowOf(item.choice.id, item.text, sum, share(split))];
  });
  rows.sort((a, b) => b.sum - a.sum || a.id - b.id);
  const widest = [...rows].sort((a, b) => b.gap - a.gap)[0];
  return widest ? { dots, rows, widest } : null;
}

function rowOf(id: number, text: string, sum: number, voices: readonly Voice[]): Row {
  const shares = voices.map((voice) => voice.share);
  const gap = shares.length > 1 ? Math.max(...shares) - Math.min(...shares) : 0;
  return { id, text, sum, voices, gap };
}

type Shares = (split: Split) => readonly Voice[];

const percent = (part: number, whole: number): number =>
  whole ? Math.round((part / whole) * 100) : 0;

/** Each voice has its own whole: all dots it gave. */
function sharesOfDots(splits: readonly Split[]): Shares {
  const given = new Map<number, number>();
  for (const { voices } of splits) {
    for (const [mask, , dots] of voices) given.set(mask, (given.get(mask) ?? 0) + dots);
  }
  return ({ voices }) =>
    voices.map(([mask, , dots]) => ({ mask, share: percent(dots, given.get(mask) ?? 0) }));
}

/** A voice that said nothing for or against has no share. */
function sharesOfAgreement(): Shares {
  return ({ voices }) =>
    voices
      .filter(([, , , agree, disagree]) => agree + disagree > 0)
      .map(([mask, , , agree, disagree]) => ({ mask, share: percent(agree, agree + disagree) }));
}

/** So many rows with most votes, the one with the widest gap always among them. */
export function rowsShown({ rows, widest }: GapTable, most: number): readonly Row[] {
  const first = rows.slice(0, most);
  return first.includes(widest) ? first : [...first.slice(0, most - 1), widest];
}

/** The end of the scale: the next full ten above the highest share. */
export function scaleOf(rows: readonly Row[]): number {
  const highest = Math.max(0, ...rows.flatMap((row) => row.voices.map((voice) => voice.share)));
  return Math.min(100, Math.max(20, Math.floor(highest / 10) * 10 + 10));
}
