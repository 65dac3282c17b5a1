/** What this person has given each choice, with what is still on its way to the server. */
import type { Room } from "../room";
import type { Ballot } from "../wire";

export type Opinion = Ballot["opinion"];

function given<T>(room: Room, command: string, kept: (ballot: Ballot) => T): Map<number, T> {
  const found = new Map<number, T>();
  for (const ballot of room.replica.own.all("ballot")) found.set(ballot.id, kept(ballot));
  for (const entry of room.outbox.entries.value) {
    const [name, choice, value] = entry.command;
    if (name === command) found.set(Number(choice), value as T);
  }
  return found;
}

export const dotsGiven = (room: Room): ReadonlyMap<number, number> =>
  given(room, "cast_dots", (ballot) => ballot.dots);

export const opinionsGiven = (room: Room): ReadonlyMap<number, Opinion> =>
  given(room, "cast_opinion", (ballot) => ballot.opinion);
