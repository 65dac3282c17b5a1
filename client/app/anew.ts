/**
 * What it means to carry out a command once more, on a log that may have lost it: it makes its
 * things anew, with other ids, and those that follow mean these.
 */
import { type Entry, keyOf, waits } from "./entry";
import type { RefusalCode } from "./wire";

/** In place of an id: a thing that a doubted command made. Survives as JSON. */
interface Made {
  /** The key of the command. */
  readonly by: string;
  readonly place: number;
  readonly was: number;
}

/** Refusals that say of themselves that the thing is as it was wished. */
const DONE = /^(too_old|not_raised|not_paused|already_(?!claimed|signed).*)$/;
const DONE_TO_ITS_THING: Readonly<Record<string, RefusalCode>> = {
  sign_decision: "already_signed",
  withdraw_idea: "unknown_card",
  withdraw_help: "unknown_help",
};

/** Whether a refusal of something that was carried out before says that it still is. */
export function stands({ command }: Entry, code: RefusalCode): boolean {
  return DONE.test(code) || DONE_TO_ITS_THING[command[0]] === code;
}

function replaced(entry: Entry, change: (part: unknown) => unknown): Entry {
  const deep = (part: unknown): unknown => (Array.isArray(part) ? part.map(deep) : change(part));
  return { ...entry, step: change(entry.step), command: deep(entry.command) } as Entry;
}

/** The numbers in a command, ids among them. */
export function numbersIn({ command }: Entry): readonly number[] {
  const parts: readonly unknown[] = command.flat(9);
  return parts.filter((part) => typeof part === "number");
}

/**
 * An outbox in which what was acknowledged past `after` is doubted: no command there that still
 * waits has an id of a thing that a doubted one made. With `lost` a reset told so; commands that
 * came since a mere doubt know its things by their ids.
 */
export function doubted(all: readonly Entry[], after: number, lost: boolean): readonly Entry[] {
  const isNew = (entry: Entry) => Number(entry.seq) > after && !entry.doubted;
  const things = new Map<unknown, Made>();
  for (const entry of all) {
    if (!isNew(entry) && !(lost && entry.doubted === "perhaps")) continue;
    const by = keyOf(entry);
    entry.made?.forEach((was, place) => void things.set(was, { by, place, was }));
  }
  return all.map((entry) => {
    const now = isNew(entry) ? { ...entry, doubted: "perhaps" as const } : entry;
    const told = lost && now.doubted ? { ...now, doubted: "lost" as const } : now;
    return things.size && waits(told) ? replaced(told, (part) => things.get(part) ?? part) : told;
  });
}

/** A command that rests on things of another, once that is known to stand with what it made. */
export function named(entry: Entry, by: string, made: readonly number[]): Entry {
  return replaced(entry, (part) => {
    const thing = part as Made | null;
    return thing?.by === by ? (made[thing.place] ?? thing.was) : part;
  });
}

/** Whether a command means a thing that another one made. */
export function restsOn(entry: Entry, by: string): boolean {
  return JSON.stringify([entry.step, entry.command]).includes(JSON.stringify({ by }).slice(1, -1));
}
