import { describe, expect, test } from "vitest";
import {
  bodyOf,
  emptyForm,
  linksOf,
  problemsOf,
  startsMs,
  type Template,
  withDepartments,
} from "./form";

const now = new Date(2026, 10, 18, 13, 5);
const form = emptyForm("ru", now);
const template: Template = {
  id: "t",
  name: { ru: "Шаблон", en: "Template" },
  when: { ru: "Когда", en: "When" },
  minutes: 20,
  people: { min: 3, best: 8, max: 30 },
  links: ["facilitator"],
  steps: [],
};

describe("a new form", () => {
  test("proposes the next full hour of this device's day", () => {
    expect([form.day, form.time]).toEqual(["2026-11-18", "14:00"]);
    const late = emptyForm("ru", new Date(2026, 11, 31, 23, 0));
    expect([late.day, late.time]).toEqual(["2027-01-01", "00:00"]);
  });

  test("needs a goal, a role and the key", () => {
    expect(Object.keys(problemsOf({ ...form, roles: [] })).sort()).toEqual([
      "goal",
      "key",
      "roles",
    ]);
    expect(problemsOf({ ...form, goal: "Ответ за день", key: "k" })).toEqual({});
  });

  test("may have no date, but no day without a time", () => {
    expect(startsMs({ ...form, day: "" })).toBe(0);
    expect(Object.keys(problemsOf({ ...form, goal: "g", key: "k", time: "" }))).toEqual(["time"]);
    expect(startsMs(form)).toBe(new Date(2026, 10, 18, 14, 0).getTime());
  });
});

describe("links", () => {
  test("are one a role, after those of facilitator and stage", () => {
    expect(linksOf({ ...form, roles: ["member", "customer", "cofacilitator"] })).toEqual([
      "facilitator",
      "stage",
      "cofacilitator",
      "member",
      "customer",
    ]);
  });

  test("are one for all participants, but never for those who run the session", () => {
    const roles = ["member", "lead", "cofacilitator"];
    expect(linksOf({ ...form, roles, together: true })).toEqual([
      "facilitator",
      "stage",
      "cofacilitator",
      "member+lead",
    ]);
    expect(linksOf({ ...form, roles: ["member"], together: true })[2]).toBe("member");
  });
});

describe("departments", () => {
  test("come several at once, none of them twice", () => {
    const one = withDepartments([], "Продажи", false);
    const all = withDepartments(one, "продажи, ИТ\n\nСклад; ИТ ", true);
    expect(all.map(({ name, internal }) => `${name} ${internal}`)).toEqual([
      "Продажи false",
      "ИТ true",
      "Склад true",
    ]);
  });

  test("are no more and no longer than a room takes", () => {
    const many = Array.from({ length: 100 }, (_, n) => `Отдел ${n} ${"я".repeat(90)}`).join("\n");
    const list = withDepartments([], many, true);
    expect(list.length).toBe(60);
    expect(Math.max(...list.map((one) => one.name.length))).toBe(80);
  });
});

test("a room without a title is named after its template, in its own language", () => {
  expect(bodyOf({ ...form, lang: "en" }, template)).toMatchObject({
    title: "Template",
    lang: "en",
  });
  expect(bodyOf({ ...form, title: " Своё " }, template)).toMatchObject({ title: "Своё" });
});
