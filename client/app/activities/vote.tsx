/** Voting: dots from a budget, or an opinion on each card. Every change can be taken back. */
import type { ActivityProps } from "./activity";
import { Dots } from "./dots";
import { Opinions } from "./opinions";

export function Vote({ room, step }: ActivityProps) {
  const poll = room.replica.room.one("poll", step.id);
  if (!poll) return <main class="page" />;
  if (poll.style === "opinion") return <Opinions room={room} step={step} />;
  return <Dots room={room} step={step} poll={poll} />;
}
