import { afterEach, expect, test } from "vitest";
import { ROLE } from "../wire";
import { choose } from "../words";
import { voiceName } from "./voices";

afterEach(() => choose("ru"));

test("sides that are told as one are named together, customers first", () => {
  choose("en");
  expect(voiceName(ROLE.customer)).toBe("customers");
  expect(voiceName(ROLE.lead | ROLE.customer)).toBe("customers and leaders");
  expect(voiceName(ROLE.lead | ROLE.partner | ROLE.expert)).toBe("leaders, partners and experts");
  choose("ru");
  expect(voiceName(ROLE.partner | ROLE.expert)).toBe("партнёры и\u00a0эксперты");
});

test("whoever is nobody of these is another", () => {
  choose("en");
  expect(voiceName(0)).toBe("others");
});
