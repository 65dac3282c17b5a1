import { expect, test } from "vitest";
import { ahead, endOf } from "./plan";
import { MINUTE_MS, Scene } from "./scene";

const NOW = 1_000 * MINUTE_MS;

function three() {
  const scene = new Scene();
  scene.step(1, { state: "open", deadline_ms: NOW + 4 * MINUTE_MS });
  scene.step(2, { state: "skipped" });
  scene.step(3, { planned_ms: 5 * MINUTE_MS });
  scene.step(4, { planned_ms: 6 * MINUTE_MS });
  return scene;
}

const minutes = (scene: Scene) =>
  ahead(scene.room, NOW).map(({ step, at_ms }) => [step.id, (at_ms - NOW) / MINUTE_MS]);

test("what comes begins when the current step ends, and what is left out takes no time", () => {
  const scene = three();
  scene.agenda({ order: [1, 2, 3, 4], current: 1 });
  expect(minutes(scene)).toEqual([
    [3, 4],
    [4, 9],
  ]);
});

test("a clock that stands moves everything with it", () => {
  const scene = three();
  scene.agenda({ order: [1, 2, 3, 4], current: 1, state: "paused", left_ms: 7 * MINUTE_MS });
  expect(minutes(scene)[0]).toEqual([3, 7]);
});

test("before the session it begins as planned, and at once when that has passed", () => {
  const scene = three();
  scene.agenda({ order: [3, 4], state: "lobby" });
  const facts = { id: 1, title: "", goal: "", lang: "ru", opened_ms: 0, closed_ms: 0 } as const;
  scene.tell("session", { ...facts, starts_ms: NOW + 2 * MINUTE_MS });
  expect(minutes(scene)[0]).toEqual([3, 2]);
  expect(endOf(scene.room, NOW)).toBe(NOW + 13 * MINUTE_MS);
  scene.tell("session", { ...facts, starts_ms: NOW - 2 * MINUTE_MS });
  expect(minutes(scene)[0]).toEqual([3, 0]);
});

test("the promised end is the end", () => {
  const scene = three();
  scene.agenda({ order: [1, 3, 4], current: 1, ends_ms: NOW + 60 * MINUTE_MS });
  expect(endOf(scene.room, NOW)).toBe(NOW + 60 * MINUTE_MS);
});
