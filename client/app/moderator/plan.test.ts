import { describe, expect, test } from "vitest";
import type { Agenda, Step } from "../wire";
import { finishOf, MINUTE_MS, projectedEndMs, spentMs } from "./plan";

const NOW = 1_000 * MINUTE_MS;

function step(id: number, minutes: number, more: Partial<Step> = {}): Step {
  return {
    id,
    kind: "brief",
    name: ["", ""],
    prompt: ["", ""],
    planned_ms: minutes * MINUTE_MS,
    policy: "hard",
    who: 8,
    votes: 8,
    anonymous: false,
    state: "ahead",
    round: 0,
    input: false,
    started_ms: 0,
    deadline_ms: 0,
    closes_ms: 0,
    spent_ms: 0,
    few: false,
    ...more,
  };
}

function agenda(more: Partial<Agenda>): Agenda {
  return {
    id: 2,
    order: [1, 2, 3],
    current: 1,
    state: "running",
    left_ms: 0,
    started_ms: NOW,
    ends_ms: NOW + 20 * MINUTE_MS,
    missed: false,
    ...more,
  };
}

const open = step(1, 5, { state: "open", started_ms: NOW, deadline_ms: NOW + 5 * MINUTE_MS });
const steps = [open, step(2, 6), step(3, 4, { state: "skipped" })];

describe("the end of the session", () => {
  test("adds the steps ahead to what the current one has left, skipped ones aside", () => {
    expect(projectedEndMs(agenda({}), steps, NOW)).toBe(NOW + 11 * MINUTE_MS);
  });

  test("moves while the clock stands still or time is up", () => {
    const later = NOW + 30 * MINUTE_MS;
    const paused = agenda({ state: "paused", left_ms: 2 * MINUTE_MS });
    expect(projectedEndMs(paused, steps, later)).toBe(later + 8 * MINUTE_MS);
    expect(projectedEndMs(agenda({ state: "waiting" }), steps, later)).toBe(later + 6 * MINUTE_MS);
  });

  test("leaves a bank of whole minutes, below zero when late", () => {
    expect(finishOf(agenda({}), steps, NOW).bank).toBe(9);
    expect(finishOf(agenda({ ends_ms: NOW + 8 * MINUTE_MS }), steps, NOW).bank).toBe(-3);
    expect(finishOf(agenda({ ends_ms: 0 }), steps, NOW).bank).toBe(0);
  });
});

test("a step has taken its earlier rounds and what runs now", () => {
  const again = { ...open, spent_ms: 3 * MINUTE_MS };
  const now = NOW + 2 * MINUTE_MS;
  expect(spentMs(again, agenda({}), now)).toBe(5 * MINUTE_MS);
  expect(spentMs(again, agenda({ state: "paused" }), now)).toBe(3 * MINUTE_MS);
});
