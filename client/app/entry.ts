/** One command in the outbox, and what becomes of it. */
import type { Command, RefusalCode } from "./wire";

export interface Entry {
  readonly ref: number;
  readonly lane: number;
  readonly step: number;
  readonly seen: number;
  readonly command: Command;
  readonly words: readonly string[];
  /** Where it stood in the log when it was acknowledged, and what it made there. */
  readonly seq?: number;
  readonly made?: readonly number[];
  /**
   * Acknowledged, but perhaps lost since: it is offered again. After a reset the ids of what it
   * made are void.
   */
  readonly doubted?: "perhaps" | "lost" | undefined;
}

/** A refused command that carried somebody's words. */
export interface Returned extends Entry {
  readonly code: RefusalCode;
}

export type Answer =
  | { readonly ok: true; readonly made: readonly number[] }
  | { readonly ok: false; readonly code: RefusalCode };

/** By what it is known: its lane and its number in that. */
export const keyOf = (entry: { lane: number; ref: number }) => `${entry.lane}:${entry.ref}`;

/** Whether it is to be answered, be it once more. */
export const waits = (entry: Entry): boolean => !entry.seq || entry.doubted !== undefined;
