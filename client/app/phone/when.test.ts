import { beforeEach, expect, test } from "vitest";
import { choose } from "../words";
import { MINUTE_MS, Scene } from "./scene";
import { whenWords } from "./when";

const NOON = new Date(2026, 10, 26, 12, 0).getTime();
const DAY_MINUTES = 24 * 60;

beforeEach(() => choose("en"));

function starting(inMinutes: number) {
  const scene = new Scene();
  const facts = { id: 1, title: "", goal: "", lang: "ru", opened_ms: 0, closed_ms: 0 } as const;
  scene.tell("session", { ...facts, starts_ms: NOON + inMinutes * MINUTE_MS });
  scene.agenda({ state: "lobby" });
  return scene;
}

test("today is called today", () => {
  expect(whenWords(starting(150).room, NOON)).toBe("We start today at 14:30.");
});

test("another day is named", () => {
  expect(whenWords(starting(DAY_MINUTES).room, NOON)).toBe("We start on 27 November at 12:00.");
});

test("what has passed without a beginning is not told", () => {
  expect(whenWords(starting(-1).room, NOON)).toBe("");
});

test("whoever comes while it runs is told until when", () => {
  const scene = starting(-30);
  scene.agenda({ state: "paused", ends_ms: NOON + 15 * MINUTE_MS });
  expect(whenWords(scene.room, NOON)).toBe("It is under way, we end at 12:15.");
});
