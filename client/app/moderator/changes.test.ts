import { afterEach, expect, test } from "vitest";
import { type ClockChange, commands } from "../wire";
import { choose } from "../words";
import { announce, undoableMs, undoOf } from "./changes";
import { MINUTE_MS } from "./plan";

afterEach(() => choose("ru"));

const change = (what: ClockChange["what"], by_ms = 0, name: string | null = "Илья") => ({
  id: 3,
  what,
  by_ms,
  step: 1,
  name,
  at_ms: 0,
});

test("says who did what to time", () => {
  expect(announce(change("extended", MINUTE_MS))).toBe("Илья: +1 мин");
  expect(announce(change("extended", -MINUTE_MS, null))).toBe("Ведущий: −1 мин");
  choose("en");
  expect(announce(change("end_moved", 5 * MINUTE_MS))).toBe("Илья: end +5 min");
});

test("takes back each change by its opposite", () => {
  expect(undoOf(change("extended", MINUTE_MS), true)).toEqual(commands.extendStep(-MINUTE_MS));
  expect(undoOf(change("paused"), true)).toEqual(commands.resumeClock());
  expect(undoOf(change("resumed"), true)).toEqual(commands.pauseClock());
  expect(undoOf(change("end_moved", MINUTE_MS), true)).toEqual(commands.moveEnd(-MINUTE_MS));
  expect(undoOf(change("stopped", 7_000), true)).toEqual(commands.extendStep(7_000));
  expect(undoOf(change("moved_on"), true)).toEqual(commands.backStep());
});

test("does not offer what cannot be taken back", () => {
  expect(undoOf(change("moved_on"), false)).toBeNull();
  expect(undoOf(change("stopped", 0), true)).toBeNull();
  expect(undoOf(change("moved_back"), true)).toBeNull();
});

test("moving on can be undone for ten seconds, time for five", () => {
  expect(undoableMs(change("moved_on"))).toBe(10_000);
  expect(undoableMs(change("extended"))).toBe(5_000);
});
