/** What a facilitator should know about who is expected and who came, before it is too late. */
import type { Room } from "../room";
import { steps } from "../select";
import { MODERATORS, ROLE } from "../wire";

export interface Expected {
  readonly name: string;
  readonly expected: boolean;
  readonly internal: boolean;
  readonly joined: number;
}

export interface Company {
  readonly departments: readonly Expected[];
  /** The roles of the participants who have joined. */
  readonly roles: readonly number[];
}

export type Warning =
  | { readonly code: "no_internal" | "no_outside" | "only_leaders" }
  | { readonly code: "internal_missing"; readonly names: readonly string[] };

const OUTSIDE = ROLE.customer | ROLE.partner | ROLE.expert;

export function warningsOf({ departments, roles }: Company): readonly Warning[] {
  return [...internalWarnings(departments, roles.length > 0), ...voiceWarnings(roles)];
}

function internalWarnings(departments: readonly Expected[], begun: boolean): readonly Warning[] {
  const internal = departments.filter((one) => one.internal && one.expected);
  if (internal.length === 0) return [{ code: "no_internal" }];
  if (!begun || internal.some((one) => one.joined > 0)) return [];
  return [{ code: "internal_missing", names: internal.map((one) => one.name) }];
}

function voiceWarnings(roles: readonly number[]): readonly Warning[] {
  if (roles.length === 0) return [];
  if (roles.every((role) => role === ROLE.lead)) return [{ code: "only_leaders" }];
  return roles.some((role) => role & OUTSIDE) ? [] : [{ code: "no_outside" }];
}

/** Who is in the room, as the warnings ask for it. */
export function companyOf(room: Room): Company {
  const table = room.replica.room;
  const joined = new Map(table.all("coverage").map((one) => [one.id, one.joined]));
  const departments = table.all("department").map((one) => ({
    name: one.name ?? "",
    expected: one.expected,
    internal: one.internal,
    joined: joined.get(one.id) ?? 0,
  }));
  const here = table.all("seat").filter((seat) => seat.state === "here");
  const people = here.filter((seat) => (seat.role & MODERATORS) === 0);
  return { departments, roles: people.map((seat) => seat.role) };
}

/** Warnings are for the gathering and the first step; later nobody can do much about them. */
export function isEarly(room: Room): boolean {
  const current = room.agenda.value?.current ?? 0;
  return current === 0 || steps(room)[0]?.id === current;
}
