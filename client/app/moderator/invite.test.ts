import { expect, test } from "vitest";
import type { Room } from "../room";
import { MODERATORS, ROLE } from "../wire";
import { invitation, maskOf } from "./invite";
import { linkFor } from "./preview";

const room = {
  facts: { value: { title: "Один день", goal: "Ответ за день." } },
} as unknown as Room;
const link = (role: string) => ({ id: 1, role, url: `http://host/r/CODE#${role}`, qr: "" });

test("an invitation carries what the session is, and its link, in both languages", () => {
  const letter = invitation(room, link("member+lead"), "ru");
  expect(letter).toContain("Один день");
  expect(letter).toContain("Ответ за день.");
  expect(letter.endsWith("http://host/r/CODE#member+lead")).toBe(true);
  expect(invitation(room, link("customer"), "en")).toContain("Your view matters");
});

test("guests, those who lead and the stage get letters of their own", () => {
  const roles = ["member", "customer", "facilitator", "stage"];
  const letters = roles.map((role) => invitation(room, link(role), "en").split("http")[0]);
  expect(new Set(letters).size).toBe(roles.length);
});

test("several roles make one mask", () => {
  expect(maskOf("member+lead")).toBe(ROLE.member | ROLE.lead);
});

test("the desk looks through a stage's and a participant's link, never through its own", () => {
  const links = ["facilitator", "stage", "expert", "member+lead"].map(link);
  expect(linkFor("stage", links)?.role).toBe("stage");
  expect(linkFor("phone", links)?.role).toBe("member+lead");
  expect(linkFor("phone", [link("cofacilitator"), link("stage")])).toBeUndefined();
  expect(maskOf(linkFor("phone", links)?.role ?? "facilitator") & MODERATORS).toBe(0);
});
