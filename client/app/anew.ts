/** What it means to carry out a command once more, on a log that may have lost it. */
import type { Entry } from "./outbox";
import type { RefusalCode } from "./wire";

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

/** A command that follows one which made its things anew: it means those. */
export function renamed(entry: Entry, from: readonly number[], to: readonly number[]): Entry {
  if (from.every((id, n) => id === to[n])) return entry;
  const anew = <T>(part: T): T => {
    if (Array.isArray(part)) return part.map(anew) as T;
    return (to[from.indexOf(part as number)] ?? part) as T;
  };
  return { ...entry, step: anew(entry.step), command: anew(entry.command) };
}
