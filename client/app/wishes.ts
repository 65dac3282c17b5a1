/**
 * Which commands wait for each other. Those of one thread go one after the other, so that one that
 * has to be tried again never overtakes what was wished later. Where two neighbours of a thread
 * wish about the same thing, the earlier one is needless.
 */
import type { Command } from "./wire";

interface Order {
  readonly thread: string;
  /** What the command decides; empty where each of them counts. */
  readonly wish: string;
}

type Given = { readonly command: Command; readonly step: number };

const ALONE: Order = { thread: "", wish: "" };

const hand = (): Order => ({ thread: "hand", wish: "hand" });
const profile = (): Order => ({ thread: "profile", wish: "profile" });
const decision = ({ command }: Given): Order => ({ thread: `decision ${command[1]}`, wish: "" });
const grouping = ({ step }: Given): Order => ({ thread: `groups ${step}`, wish: "" });
const card = ({ command }: Given): Order => {
  const thread = `card ${command[1]}`;
  return { thread, wish: thread };
};
const vote = ({ command, step }: Given): Order => ({
  thread: `votes ${step}`,
  wish: `vote ${command[1]}`,
});

const ORDERS: Readonly<Record<string, (given: Given) => Order>> = {
  cast_dots: vote,
  cast_opinion: vote,
  raise_hand: hand,
  lower_hand: hand,
  change_profile: profile,
  edit_idea: card,
  withdraw_idea: card,
  claim_decision: decision,
  release_decision: decision,
  edit_decision: decision,
  sign_decision: decision,
  offer_help: decision,
  merge_cards: grouping,
  undo_merge: grouping,
  take_out: grouping,
  rename_group: grouping,
};

export function orderOf(given: Given): Order {
  return ORDERS[given.command[0]]?.(given) ?? ALONE;
}

/** Whether `next`, the neighbour of `given` in its thread, makes `given` needless. */
export function replaces(next: Given, given: Given): boolean {
  const { thread, wish } = orderOf(given);
  const other = orderOf(next);
  return wish !== "" && other.thread === thread && other.wish === wish;
}
