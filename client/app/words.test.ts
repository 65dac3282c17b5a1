import { afterEach, beforeAll, describe, expect, test } from "vitest";
import { CLOSE, RETRY, type RefusalCode } from "./wire";
import wire from "./wire.ts?raw";
import {
  both,
  choose,
  count,
  fetchRefusals,
  glue,
  type Lang,
  lang,
  type Pair,
  refusal,
  t,
} from "./words";
import { aside } from "./words/aside";
import { chaos, outcomes } from "./words/chaos";
import { closings } from "./words/closings";
import { common } from "./words/common";
import { deeds } from "./words/decisions";
import { gate } from "./words/gate";
import { grouping } from "./words/group";
import { menu } from "./words/menu";
import { desk } from "./words/moderator";
import { phone } from "./words/phone";
import { refusals } from "./words/refusals";
import { around } from "./words/room";
import { stage } from "./words/stage";
import { steps } from "./words/steps";
import { votes } from "./words/votes";

afterEach(() => choose("ru"));

const LANGS: readonly Lang[] = ["ru", "en"];
const ALL: readonly Record<string, Pair>[] = [
  common,
  phone,
  around,
  aside,
  gate,
  menu,
  steps,
  grouping,
  votes,
  deeds,
  desk,
  stage,
  chaos,
  outcomes,
];
const codes = Object.keys(refusals) as RefusalCode[];

/** The codes as the generated file names them, which `Record` alone does not list at run time. */
function wireCodes(): string[] {
  const union = wire.slice(wire.indexOf("export type RefusalCode"));
  return [...union.matchAll(/\| "(\w+)"/g)].map((match) => match[1] ?? "");
}

describe("plural forms", () => {
  const numbers = [0, 1, 2, 5, 11, 21, 22, 25, 101];

  test("are right in Russian", () => {
    choose("ru");
    expect(numbers.map((n) => count(common.cards, n))).toEqual([
      "0 карточек",
      "1 карточка",
      "2 карточки",
      "5 карточек",
      "11 карточек",
      "21 карточка",
      "22 карточки",
      "25 карточек",
      "101 карточка",
    ]);
  });

  test("are right in English", () => {
    choose("en");
    expect([1, 2, 5, 21].map((n) => count(common.cards, n))).toEqual([
      "1 card",
      "2 cards",
      "5 cards",
      "21 cards",
    ]);
  });

  test("carry further values", () => {
    choose("en");
    expect(count(votes.left, 1, 4)).toBe("1 vote left of 4");
    choose("ru");
    expect(count(votes.left, 2, 4)).toContain("Осталось 2 голоса из");
  });

  test("stand three to a Russian text and two to an English one", () => {
    for (const texts of ALL) {
      for (const [name, [ru, en]] of Object.entries(texts)) {
        if (!ru.includes("|") && !en.includes("|")) continue;
        expect([name, ru.split("|").length, en.split("|").length]).toEqual([name, 3, 2]);
      }
    }
  });
});

describe("every refusal", () => {
  beforeAll(fetchRefusals);

  test("of the wire has words", () => {
    expect(codes.sort()).toEqual(wireCodes().sort());
  });

  test.each(LANGS)("is one or two whole sentences in %s", (language) => {
    choose(language);
    for (const code of codes) {
      expect(refusal(code), code).toMatch(/^[A-ZА-ЯЁ].{10,}\.$/);
      expect(refusal(code), code).not.toContain("!");
    }
  });

  test("is told in the right script", () => {
    for (const code of codes) {
      expect(refusals[code][0], code).toMatch(/[а-яё]/);
      expect(refusals[code][1], code).not.toMatch(/[а-яё]/i);
    }
  });
});

test("every close code that ends a page for good has words", () => {
  const final = Object.values(CLOSE).filter((code) => !RETRY.includes(code) && code > 4000);
  for (const code of final) expect(closings[code], String(code)).toBeDefined();
});

test("both languages have the same places for values", () => {
  const places = (text: string) => [...new Set(text.match(/\{\d\}/g))].sort();
  for (const texts of ALL) {
    for (const [name, [ru, en]] of Object.entries(texts)) {
      expect([name, ...places(ru)]).toEqual([name, ...places(en)]);
    }
  }
});

test("a person's choice of language is kept", () => {
  choose("en");
  expect(lang.value).toBe("en");
  expect(t(common.sent)).toBe("Sent");
});

test("a text of the agenda falls back to the language it has", () => {
  choose("en");
  expect(both(["Только по-русски", ""])).toBe("Только по-русски");
  expect(both(null)).toBe("");
});

test("short Russian words stay with the next word", () => {
  expect(glue("и в комнате")).toBe("и\u00a0в\u00a0комнате");
  expect(glue("уже я и он")).toBe("уже я\u00a0и\u00a0он");
});

test("a name from right to left does not turn the sentence around", () => {
  expect(t(["{0}, место ваше", "{0}, your seat is here"], "שרה")).toContain("\u2068שרה\u2069, ");
  expect(t(["{0}, место ваше", "{0}, your seat is here"], "Анна")).not.toContain("\u2068");
});
