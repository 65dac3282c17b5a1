/** Whoever joins a session that is under way is told once where it stands. */
import type { Room } from "../room";

const KEY = "late";

export function isUnderWay(room: Room): boolean {
  const state = room.agenda.value?.state;
  return state === "running" || state === "paused" || state === "waiting";
}

/** Remembers that this person came while the session was under way. */
export const markLate = (room: Room): void => room.drafts.set(0, KEY, "1");

export const isLate = (room: Room): boolean => room.drafts.get(0, KEY) !== "";

export const caughtUp = (room: Room): void => room.drafts.set(0, KEY, "");
