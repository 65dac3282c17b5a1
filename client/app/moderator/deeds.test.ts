import { expect, test } from "vitest";
import { type Card, commands, type Group } from "../wire";
import { deedsOf } from "./deeds";

const card = (more: Partial<Card> = {}) => ({
  id: 7,
  state: "shown" as Card["state"],
  text: "as the moderator has it",
  edited: false,
  group: 0,
  ...more,
});
const group: Group = { id: 9, step: 1, name: "Theme", cards: 3 };
const names = (...args: Parameters<typeof deedsOf>) => deedsOf(...args).map((deed) => deed.id);
const undoOf = (id: string, ...args: Parameters<typeof deedsOf>) =>
  deedsOf(...args)
    .find((deed) => deed.id === id)
    ?.undo?.([]);

test("each state offers what can be done in it", () => {
  expect(names(card())).toEqual(["card-hide", "card-park"]);
  expect(names(card({ edited: true }))).toContain("card-restore");
  expect(names(card(), group)).toContain("take-out");
  expect(names(card({ state: "late" }))).toEqual(["late-admit", "late-leave"]);
  expect(names(card({ state: "left" }))).toEqual(["late-admit"]);
  expect(names(card({ state: "parked" }))).toEqual(["card-restore", "card-hide"]);
  expect(names(card({ state: "hidden" }))).toEqual(["card-restore", "card-park"]);
});

test("hiding is undone with the wording and the group that the card had", () => {
  expect(undoOf("card-hide", card({ edited: true, group: 9 }), group)).toEqual([
    [commands.restoreCard(7)],
    [commands.editCard(7), "as the moderator has it"],
    [commands.mergeCards([7], 9)],
  ]);
});

test("restoring is undone by what it undid", () => {
  expect(undoOf("card-restore", card({ state: "hidden" }))).toEqual([[commands.hideCard(7)]]);
  expect(undoOf("card-restore", card({ state: "parked" }))).toEqual([[commands.parkCard(7)]]);
  expect(undoOf("card-restore", card({ edited: true }))).toEqual([
    [commands.editCard(7), "as the moderator has it"],
  ]);
});

test("the last card of a group is taken out for good, since the group is gone then", () => {
  expect(undoOf("take-out", card(), group)).toEqual([[commands.mergeCards([7], 9)]]);
  expect(undoOf("take-out", card(), { ...group, cards: 1 })).toBeUndefined();
});
