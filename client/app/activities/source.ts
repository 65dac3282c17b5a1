/** What decisions answer. */
import type { Room } from "../room";
import { groupName, textOf } from "../select";

/** What a decision answers: the name of a theme, or the text of a card. */
export function sourceText(room: Room, id: number): string {
  const card = room.replica.room.one("card", id);
  return card ? textOf(card) : groupName(room, id);
}
