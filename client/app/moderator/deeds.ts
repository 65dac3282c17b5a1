/** What a moderator may do with a card, each with what takes it back. */
import type { TestId } from "../testids";
import { type Card, type Command, commands, type Group } from "../wire";
import { type Pair, t } from "../words";
import { desk as words } from "../words/moderator";
import type { Order } from "./desk";

export interface Deed {
  readonly id: TestId;
  readonly name: Pair;
  readonly command: Command;
  readonly text: string;
  readonly undo?: (made: readonly number[]) => readonly Order[];
}

type Standing = Pick<Card, "id" | "state" | "text" | "edited" | "group">;

/** Brings a card back as it was: to sight, into the moderator's wording, into its group. */
function backAsItWas(card: Standing, group: Group | undefined): readonly Order[] {
  const orders: Order[] = [[commands.restoreCard(card.id)]];
  if (card.edited) orders.push([commands.editCard(card.id), card.text ?? ""]);
  if (group && group.cards > 1) orders.push([commands.mergeCards([card.id], group.id)]);
  return orders;
}

/** What may be done with a card in its state. Erasing stands apart, since it cannot be undone. */
export function deedsOf(card: Standing, group?: Group): readonly Deed[] {
  const back = () => backAsItWas(card, group);
  const hide: Deed = {
    id: "card-hide",
    name: words.hide,
    command: commands.hideCard(card.id),
    text: t(words.hidOne),
    undo: card.state === "parked" ? () => [[commands.parkCard(card.id)]] : back,
  };
  const park: Deed = {
    id: "card-park",
    name: words.park,
    command: commands.parkCard(card.id),
    text: t(words.parkedOne),
    undo: back,
  };
  const restore = restoring(card);
  switch (card.state) {
    case "shown":
      return [
        hide,
        park,
        ...(card.edited ? [restore] : []),
        ...(group ? [takingOut(card, group)] : []),
      ];
    case "late":
      return [admitting(card), leaving(card)];
    case "left":
      return [admitting(card)];
    case "parked":
      return [restore, hide];
    default:
      return [restore, park];
  }
}

function restoring(card: Standing): Deed {
  const undo: Record<string, Command> = {
    hidden: commands.hideCard(card.id),
    parked: commands.parkCard(card.id),
  };
  const command = undo[card.state];
  const again: readonly Order[] = command
    ? [[command]]
    : [[commands.editCard(card.id), card.text ?? ""]];
  return {
    id: "card-restore",
    name: card.state === "shown" ? words.unedit : words.restore,
    command: commands.restoreCard(card.id),
    text: t(card.state === "shown" ? words.uneditedOne : words.restoredOne),
    undo: () => again,
  };
}

function admitting(card: Standing): Deed {
  return {
    id: "late-admit",
    name: words.admit,
    command: commands.restoreCard(card.id),
    text: t(words.admittedOne),
    undo: () => [[commands.hideCard(card.id)]],
  };
}

function leaving(card: Standing): Deed {
  return {
    id: "late-leave",
    name: words.leave,
    command: commands.leaveCard(card.id),
    text: t(words.leftOne),
  };
}

function takingOut(card: Standing, group: Group): Deed {
  const undo = () => [[commands.mergeCards([card.id], group.id)] as const];
  return {
    id: "take-out",
    name: words.takeOut,
    command: commands.takeOut(card.id),
    text: t(words.tookOut),
    ...(group.cards > 1 ? { undo } : {}),
  };
}
