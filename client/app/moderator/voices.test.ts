import { afterEach, expect, test } from "vitest";
import { ROLE } from "../wire";
import { choose } from "../words";
import { hostsLine } from "./hosts";
import { voicesOf } from "./voices";

afterEach(() => choose("ru"));

const present = {
  voices: [
    [ROLE.interviewer, 1, 1],
    [ROLE.member, 4, 2],
    [ROLE.lead, 2, 1],
    [ROLE.customer, 1, 1],
  ],
} as const;

test("roles with the same voice are one row, in the order of the product", () => {
  expect(voicesOf(present).map(({ online, done }) => [online, done])).toEqual([
    [5, 3],
    [2, 1],
    [1, 1],
  ]);
});

test("says who leads, named or not", () => {
  expect(hostsLine([], 1)).toBe("");
  expect(hostsLine([], 2)).toBe("Ведут 2");
  expect(hostsLine(["Илья"], 1)).toBe("Ведёт Илья");
  expect(hostsLine(["Илья", "Анна"], 2)).toBe("Ведут Илья и\u00a0Анна");
  choose("en");
  expect(hostsLine(["Ilya"], 3)).toBe("Led by Ilya and 2 more");
});
