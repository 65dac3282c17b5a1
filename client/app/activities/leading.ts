/** What the room has chosen so far: the themes with most votes, or the fullest where nobody voted. */
import type { Room } from "../room";
import { groupName } from "../select";
import { sourceText } from "./source";

export interface Leading {
  readonly id: number;
  readonly text: string;
  readonly dots: number;
}

export function leading(room: Room): readonly Leading[] {
  const table = room.replica.room;
  const dots = new Map<number, number>();
  for (const choice of table.all("choice")) {
    const given = table.one("tally", choice.id)?.dots ?? 0;
    if (given > 0) dots.set(choice.target, (dots.get(choice.target) ?? 0) + given);
  }
  if (dots.size === 0) return fullest(room);
  return [...dots]
    .map(([id, given]) => ({ id, text: sourceText(room, id), dots: given }))
    .filter((theme) => theme.text !== "")
    .sort((a, b) => b.dots - a.dots || a.id - b.id);
}

function fullest(room: Room): readonly Leading[] {
  return [...room.replica.room.all("group")]
    .sort((a, b) => b.cards - a.cards || a.id - b.id)
    .map((group) => ({ id: group.id, text: groupName(room, group.id), dots: 0 }));
}
