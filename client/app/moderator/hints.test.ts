import { expect, test } from "vitest";
import { hintOf, QUIET_MS, type Signs } from "./hints";

const writing: Signs = {
  waiting: false,
  counted: false,
  early: false,
  open: true,
  kind: "ideate",
  online: 5,
  done: 2,
  quiet_ms: 0,
};

test("nothing is advised while people work", () => {
  expect(hintOf(writing)).toBeNull();
  expect(hintOf({ ...writing, quiet_ms: QUIET_MS - 1 })).toBeNull();
});

test("when everybody is done, or nobody has written for long, it is time", () => {
  expect(hintOf({ ...writing, done: 5 })).toBe("all_done");
  expect(hintOf({ ...writing, quiet_ms: QUIET_MS })).toBe("quiet");
});

test("an empty room and a talk are left alone", () => {
  expect(hintOf({ ...writing, online: 0, done: 0, quiet_ms: QUIET_MS })).toBeNull();
  expect(hintOf({ ...writing, kind: "discuss", quiet_ms: QUIET_MS })).toBeNull();
});

test("time that is up is told from input that somebody closed", () => {
  const over = { ...writing, open: false, waiting: true };
  expect(hintOf(over)).toBe("time_up");
  expect(hintOf({ ...over, early: true })).toBe("stopped");
  expect(hintOf({ ...over, early: true, counted: true })).toBe("counted");
});
