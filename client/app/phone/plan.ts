/** When things are planned to happen, as far as this person may see them. */
import type { Room } from "../room";
import { steps } from "../select";
import type { Step } from "../wire";

export interface Planned {
  readonly step: Step;
  readonly at_ms: number;
}

/** The steps that come, with the times at which they begin if each takes what is planned. */
export function ahead(room: Room, now_ms: number): readonly Planned[] {
  const all = steps(room);
  const here = all.findIndex((step) => step.id === room.agenda.value?.current);
  let at_ms = beginning(room, now_ms);
  return all
    .slice(here + 1)
    .filter((step) => step.state === "ahead")
    .map((step) => {
      const planned = { step, at_ms };
      at_ms += step.planned_ms;
      return planned;
    });
}

/** When what comes next begins: before the session its start, then the end of the current step. */
function beginning(room: Room, now_ms: number): number {
  const agenda = room.agenda.value;
  const step = room.step.value;
  if (!step) return Math.max(now_ms, room.facts.value?.starts_ms ?? 0);
  if (agenda?.state === "paused") return now_ms + agenda.left_ms;
  return Math.max(now_ms, step.deadline_ms);
}

/** When the session ends: as promised, or before its beginning as planned. */
export function endOf(room: Room, now_ms: number): number {
  const promised = room.agenda.value?.ends_ms;
  if (promised) return promised;
  const plan = ahead(room, now_ms);
  const last = plan[plan.length - 1];
  return last ? last.at_ms + last.step.planned_ms : 0;
}
