import { describe, expect, test } from "vitest";
import { DAY_MS, dayOf, dayText, proposedDay, today } from "./days";

describe("a day", () => {
  test("comes back from the text of a date field", () => {
    for (const day of [1, 20_000, 20_783]) expect(dayOf(dayText(day))).toBe(day);
  });

  test.each(["", "soon", "2026-13-45", "26.11.2026"])("is none where the text is %j", (text) => {
    expect(dayOf(text)).toBe(0);
  });

  test("that is not set has no text", () => {
    expect(dayText(0)).toBe("");
  });

  test("is today until midnight in UTC", () => {
    expect(today(20_000 * DAY_MS)).toBe(20_000);
    expect(today(20_001 * DAY_MS - 1)).toBe(20_000);
  });
});

describe("the proposed date", () => {
  const now = 20_000 * DAY_MS;

  test.each([
    [90, 60],
    [30, 30],
    [0, 60],
  ])("with %i days allowed lies %i days ahead", (within, ahead) => {
    expect(proposedDay(now, within)).toBe(20_000 + ahead);
  });
});
