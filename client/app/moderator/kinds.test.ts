import { expect, test } from "vitest";
import { ROLE } from "../wire";
import { canBeAnonymous, KIND_PLANS, planOf } from "./kinds";

const wanted = (internal: boolean) => ({
  name: ["а", "a"] as const,
  prompt: ["б", "b"] as const,
  minutes: 3,
  internal,
  anonymous: false,
});
const GUESTS = ROLE.customer | ROLE.partner | ROLE.expert;

test("a step for staff alone is neither for guests nor seen by them", () => {
  for (const kind of KIND_PLANS) {
    const [, , , , , who, sees] = planOf(kind, wanted(true));
    expect(who & GUESTS, kind.kind).toBe(0);
    expect(sees & GUESTS, kind.kind).toBe(0);
    expect(sees & who, kind.kind).toBe(who);
  }
});

test("every kind has somebody who acts, and shows on the stage", () => {
  for (const kind of KIND_PLANS) {
    const [, , , planned_ms, , who, sees] = planOf(kind, wanted(false));
    expect(who, kind.kind).toBeGreaterThan(0);
    expect(sees & ROLE.stage, kind.kind).toBe(ROLE.stage);
    expect(planned_ms).toBe(180_000);
  }
});

test("only what is hidden until its end can be anonymous", () => {
  const kinds = KIND_PLANS.filter(canBeAnonymous).map((one) => one.kind);
  expect(kinds).toEqual(["ideate", "vote"]);
});
