/** Who has given nothing to the current step yet: departments, never persons. */
import type { Room } from "../room";
import { type Department, MODERATORS, type Seat } from "../wire";

export interface Silence {
  readonly department: Department;
  /** Its people who are online and may act. */
  readonly people: number;
}

export interface Hearing {
  /** People online who may act in the step. */
  readonly of: number;
  readonly heard: number;
  /** Whether any of them belongs to a department. */
  readonly byDepartment: boolean;
  readonly silent: readonly Silence[];
}

/** Null where the step takes nothing, or does not tell who gave what because it is anonymous. */
export function hearingOf(room: Room): Hearing | null {
  const step = room.step.value;
  if (!step?.input || step.anonymous) return null;
  const heard = room.replica.room.one("heard", step.id);
  if (!heard) return null;
  const people = actingNow(room, step.who);
  return {
    of: people.length,
    heard: Math.min(heard.people, people.length), // who has left since may have given something
    byDepartment: people.some((seat) => seat.department > 0),
    silent: silences(room, people, new Set(heard.departments)),
  };
}

/** The people online, moderators aside, who may act. */
function actingNow(room: Room, who: number): readonly Seat[] {
  const table = room.replica.room;
  return room.present.value.seats
    .map(([id]) => table.one("seat", id))
    .filter((seat) => seat !== undefined)
    .filter((seat) => (seat.role & who) !== 0 && (seat.role & MODERATORS) === 0);
}

function silences(
  room: Room,
  people: readonly Seat[],
  heard: ReadonlySet<number>,
): readonly Silence[] {
  const counts = new Map<number, number>();
  for (const { department } of people) counts.set(department, (counts.get(department) ?? 0) + 1);
  return room.replica.room
    .all("department")
    .filter((one) => counts.has(one.id) && !heard.has(one.id))
    .map((department) => ({ department, people: counts.get(department.id) ?? 0 }));
}
