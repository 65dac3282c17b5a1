import { expect, test } from "vitest";
import { LIMIT } from "../wire";
import { roomLeft } from "./letters";

test("letters are counted as the server counts them", () => {
  expect(roomLeft("")).toBe(LIMIT.card);
  expect(roomLeft("  two words \n")).toBe(LIMIT.card - 9);
  expect(roomLeft("🙂".repeat(LIMIT.card))).toBe(0);
  expect(roomLeft("я".repeat(LIMIT.card + 5))).toBe(-5);
});
