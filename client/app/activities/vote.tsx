/** Voting: dots from a budget, or an opinion on each card. Every change can be taken back. */
import type { Room } from "../room";
import type { ActivityProps } from "./activity";
import { Dots } from "./dots";
import { Opinions } from "./opinions";

export function Vote({ room, step }: ActivityProps) {
  const poll = room.replica.room.one("poll", step.id);
  if (!poll) return <main class="page" />;
  if (poll.style === "opinion") return <Opinions room={room} step={step} />;
  return <Dots room={room} step={step} poll={poll} />;
}

/** The last value this person gave a choice, with what is still on its way. */
export function lastCast<T>(room: Room, command: string, choice: number): T | undefined {
  const entries = room.outbox.entries.value;
  for (let i = entries.length - 1; i >= 0; i--) {
    const [name, about, value] = entries[i]?.command ?? [];
    if (name === command && about === choice) return value as T;
  }
  return undefined;
}
