import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { asTime, Clock, secondsLeft, TICK_MS } from "./clock";

/** A device whose clock stands where the test puts it. */
function device(at: number) {
  const hands = { at };
  return { hands, clock: new Clock(() => hands.at) };
}

test("the sample with the shortest way tells the offset", () => {
  const { hands, clock } = device(1_000);
  const ping = (way: number, server: number) => {
    const sent = clock.stamp();
    hands.at += way;
    clock.answer(sent, server);
  };
  ping(400, 6_390); // the answer dawdled: says 190 too much
  ping(20, 6_410); // sent at 1400, so 1410 here is 6410 there
  expect(clock.now() - hands.at).toBe(5_000);
  ping(300, 6_900);
  expect(clock.now() - hands.at).toBe(5_000);
});

test("a welcome gives a first idea and does not spoil a good one", () => {
  const { hands, clock } = device(1_000);
  clock.hint(9_000);
  expect(clock.now()).toBe(9_000);
  clock.answer(1_000, 9_000);
  clock.hint(8_700);
  expect(clock.now()).toBe(9_000);
  hands.at = 100_000; // the device's clock was set
  clock.hint(9_500);
  expect(clock.now()).toBe(9_500);
});

test("on a new connection the offset is measured anew, and stays until it is", () => {
  const { hands, clock } = device(1_000);
  clock.answer(1_000, 2_000); // a perfect way, offset 1000
  clock.hint(2_300); // another server
  expect(clock.now() - hands.at).toBe(1_000);
  const sent = hands.at;
  hands.at += 200;
  clock.answer(sent, sent + 100 + 1_400);
  expect(clock.now() - hands.at).toBe(1_400);
});

test("an answer from before the device's clock was set back is left out", () => {
  const { hands, clock } = device(10_000);
  clock.answer(10_000, 20_000);
  hands.at = 4_000;
  clock.answer(10_000, 50_000);
  expect(clock.now()).toBe(14_000);
});

test("old samples make room for new ones", () => {
  const { hands, clock } = device(1_000);
  clock.answer(1_000, 2_000); // a perfect way, offset 1000
  for (let n = 0; n < 8; n++) {
    const sent = hands.at;
    hands.at += 50;
    clock.answer(sent, sent + 25 + 3_000);
  }
  expect(clock.now() - hands.at).toBe(3_000);
});

describe("ticking", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  test("moves in the server's time until it is stopped", () => {
    const { hands, clock } = device(0);
    clock.hint(60_000);
    clock.start();
    hands.at += TICK_MS;
    vi.advanceTimersByTime(TICK_MS);
    expect(clock.ticking.value).toBe(60_000 + TICK_MS);
    clock.stop();
    hands.at += TICK_MS;
    vi.advanceTimersByTime(TICK_MS);
    expect(clock.ticking.value).toBe(60_000 + TICK_MS);
  });

  test("comes at the same moments of the server's time on every device", () => {
    const { hands, clock } = device(0);
    clock.hint(60_100);
    clock.start();
    const first = TICK_MS - 100;
    hands.at += first;
    vi.advanceTimersByTime(first);
    expect(clock.ticking.value).toBe(60_000 + TICK_MS);
    clock.stop();
  });
});

test("zero is shown only when it is reached, and nothing below it", () => {
  expect(secondsLeft(10_000, 9_001)).toBe(1);
  expect(secondsLeft(10_000, 10_000)).toBe(0);
  expect(secondsLeft(10_000, 99_000)).toBe(0);
});

test("times read as a clock does", () => {
  expect([5, 65, 600, 3_725].map(asTime)).toEqual(["0:05", "1:05", "10:00", "1:02:05"]);
});
