import { afterEach, expect, test } from "vitest";
import { speak } from "../words";
import { helpers, signedOf } from "./tally";

afterEach(() => speak("ru"));

test.each([
  [1, 1, "Решение подписано", "The decision is signed"],
  [1, 5, "Подписано одно из пяти", "One of five signed"],
  [2, 2, "Подписаны оба", "Both signed"],
  [3, 5, "Подписаны три из пяти", "Three of five signed"],
  [5, 5, "Подписаны все пять", "All five signed"],
  [8, 12, "Подписано восемь из двенадцати", "Eight of twelve signed"],
  [18, 30, "Подписано 18 из 30", "18 of 30 signed"],
  [30, 30, "Подписаны все 30", "All 30 signed"],
])("%i of %i is said as people say it", (signed, all, ru, en) => {
  expect(signedOf(signed, all)).toBe(ru);
  speak("en");
  expect(signedOf(signed, all)).toBe(en);
});

test.each([
  [1, "поможет один", "one will help"],
  [2, "помогут двое", "two will help"],
  [9, "помогут 9", "nine will help"],
])("%i helpers are counted as people", (n, ru, en) => {
  expect(helpers(n)).toBe(ru);
  speak("en");
  expect(helpers(n)).toBe(en);
});
