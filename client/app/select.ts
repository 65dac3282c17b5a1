/** Questions to the replica that several screens ask. They only read. */
import type { Room } from "./room";
import { type Card, type Choice, type Decision, MODERATORS, type Step, type Tally } from "./wire";
import { both, t } from "./words";
import { common } from "./words/common";

/** All steps in the order of the agenda. */
export function steps(room: Room): readonly Step[] {
  const order = room.agenda.value?.order ?? [];
  return order.map((id) => room.stepOf(id)).filter((step) => step !== undefined);
}

/** The next step that is not left out. */
export function nextStep(room: Room): Step | undefined {
  const all = steps(room);
  const here = all.findIndex((step) => step.id === room.agenda.value?.current);
  return all.slice(here + 1).find((step) => step.state === "ahead");
}

/** Where a step stands in the agenda, from 1. */
export function placeOf(room: Room, step: Step): number {
  return (room.agenda.value?.order.indexOf(step.id) ?? -1) + 1;
}

/** Whether this person may give input to the step, as far as its masks tell. */
export function mayAct(room: Room, step: Step): boolean {
  return (step.who & room.role.value) !== 0;
}

export const isModerator = (room: Room): boolean => (room.role.value & MODERATORS) !== 0;

export function textOf(card: Pick<Card, "text">): string {
  return card.text ?? t(common.erased);
}

/** The cards that everybody may see now, in the order of their showing. */
export function shownCards(room: Room, of?: readonly number[]): readonly Card[] {
  return room.replica.room
    .all("card")
    .filter((card) => card.state === "shown" && (!of?.length || of.includes(card.step)))
    .sort((a, b) => a.step - b.step || a.rank - b.rank);
}

export function cardsIn(room: Room, state: Card["state"]): readonly Card[] {
  return room.replica.room.all("card").filter((card) => card.state === state);
}

export function laneName(room: Room, step: number, lane: number): string {
  const lanes = room.replica.room.one("ideation", step)?.lanes ?? [];
  return lanes.length > 1 ? both(lanes[lane]) : "";
}

export function groupName(room: Room, id: number): string {
  const group = room.replica.room.one("group", id);
  if (!group) return "";
  const first = room.replica.room.all("card").find((card) => card.group === id);
  return group.name || (first ? textOf(first) : t(common.noName));
}

export interface Item {
  readonly choice: Choice;
  readonly text: string;
  /** Cards in it if it is a group, else 0. */
  readonly cards: number;
  readonly card: Card | undefined;
  readonly tally: Tally | undefined;
}

/** What is voted on in a step, with its count where that may be seen. */
export function itemsOf(room: Room, step: number): readonly Item[] {
  const table = room.replica.room;
  return table
    .all("choice")
    .filter((choice) => choice.step === step)
    .map((choice) => {
      const card = table.one("card", choice.target);
      const group = table.one("group", choice.target);
      return {
        choice,
        card,
        cards: group?.cards ?? 0,
        text: group ? groupName(room, group.id) : card ? textOf(card) : t(common.erased),
        tally: table.one("tally", choice.id),
      };
    });
}

export function decisions(room: Room): readonly Decision[] {
  return room.replica.room.all("decision");
}

export function openDecisions(room: Room): readonly Decision[] {
  return decisions(room).filter((decision) => decision.fate === "open");
}

/** How a decision stands, in words. */
export function standing(decision: Decision, at: (ms: number) => string): string {
  if (decision.fate !== "open") return t(common[decision.fate]);
  if (!decision.owner) return t(common.openOwner);
  if (decision.signed) return t(common.signedAt, at(decision.signed_ms));
  return t(decision.signed_version ? common.signAgain : common.unsigned);
}
