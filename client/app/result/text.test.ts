import { describe, expect, test } from "vitest";
import { choose } from "../words";
import { calendarDay } from "./calendar";
import type { Decided, Result, State } from "./data";
import { headline, inMinutes, onIso } from "./text";

function result(states: readonly State[], state: Result["state"] = "over") {
  const decisions = states.map((one, place) => ({ id: place, state: one }) as Decided);
  return { state, decisions };
}

const many = (n: number, state: State) => new Array<State>(n).fill(state);

describe("the headline counts decisions and signatures", () => {
  test("in Russian, with the right forms", () => {
    choose("ru");
    expect(headline(result(many(1, "signed")))).toBe("Одно решение и\u00a0одна подпись");
    expect(headline(result(many(4, "signed")))).toBe("Четыре решения и\u00a0четыре подписи");
    expect(headline(result(many(5, "signed")))).toBe("Пять решений и\u00a0пять подписей");
    expect(headline(result(many(21, "signed")))).toBe("21 решение и\u00a021 подпись");
    const some = [...many(2, "signed"), ...many(3, "taken")];
    expect(headline(result(some))).toBe("Пять решений, две подписи");
    expect(headline(result(["taken", "sign_again"]))).toBe("Два решения, ни\u00a0одной подписи");
  });

  test("in English", () => {
    choose("en");
    expect(headline(result(many(1, "signed")))).toBe("One decision and one signature");
    expect(headline(result(many(11, "signed")))).toBe("11 decisions and 11 signatures");
  });

  test("what nobody took is no decision", () => {
    choose("en");
    const others = ["open", "nobody", "parked", "dropped"] as const;
    expect(headline(result(others, "running"))).toBe("Nothing decided yet");
    expect(headline(result(others))).toBe("The session ended without a decision");
  });
});

test("a short time is never shown as none", () => {
  expect([0, 1, 29_999, 90_000, 600_000].map(inMinutes)).toEqual(["0", "<1", "<1", "2", "10"]);
});

test("a day is the same everywhere on earth", () => {
  choose("en");
  expect(onIso("2026-12-25")).toBe("25 December");
});

test("a calendar file keeps its lines short and its words whole", () => {
  const what = "Бухгалтерия; возвращает, комиссию\nза день ".repeat(4);
  const file = calendarDay("1@x", "2026-12-25", what, new Date(0));
  const lines = file.split("\r\n");
  for (const line of lines) expect(new TextEncoder().encode(line).length).toBeLessThanOrEqual(75);
  expect(lines).toContain("DTSTART;VALUE=DATE:20261225");
  expect(lines).toContain("DTSTAMP:19700101T000000Z");
  const whole = file.replace(/\r\n /g, "");
  const escaped = what.replace(/[;,]/g, "\\$&").replace(/\n/g, "\\n");
  expect(whole).toContain(`SUMMARY:${escaped}\r\n`);
});
