/** Going away for good or for now. */
import { signal } from "@preact/signals";
import type { Room } from "../room";
import { CLOSE, commands } from "../wire";

/** Whether this page has had its own person erased, so that the end of it is no surprise. */
export const hasErased = signal(false);

/** Says goodbye: the seat stays, the page lets go of the room until it is reloaded. */
export function leave(room: Room): void {
  room.socket.stop(CLOSE.NORMAL);
}

/** Has the server erase this person. The connection ends with it, with or without an answer. */
export async function eraseMe(room: Room): Promise<void> {
  hasErased.value = true;
  const answer = await room.do(commands.erasePerson(room.seat.peek()));
  if (answer.ok) room.outbox.letGo();
  else hasErased.value = false;
}

/** Forgets an erased person on this device. */
export function forgetMe(room: Room): void {
  room.drafts.clear();
  room.outbox.clear();
  room.session.dropSeat();
}
