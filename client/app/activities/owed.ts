/** Whether this phone came by a personal link that asks for a signature, and has not turned away. */
import { signal } from "@preact/signals";
import type { Room } from "../room";

/** The person has signed and read it, or goes on without signing for now. */
export const turnedAway = signal(false);

export function owes(room: Room): boolean {
  const decision = room.replica.room.one("decision", room.asked.value);
  if (!decision || turnedAway.value) return false;
  return decision.fate === "awaiting" || decision.owner === room.seat.value;
}
