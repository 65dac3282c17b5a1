/** The clock of the current step, in whole seconds, so that screens redraw once a second at most. */
import { computed } from "@preact/signals";
import { secondsLeft } from "./clock";
import type { Room } from "./room";

export type Level = "" | "is-warn" | "is-end" | "is-paused";

const WARN_S = 60;
const END_S = 10;

export class Timing {
  private readonly room: Room;

  constructor(room: Room) {
    this.room = room;
  }

  /** Seconds that the step has left, or null where no clock runs. */
  readonly seconds = computed<number | null>(() => {
    const agenda = this.room.agenda.value;
    const step = this.room.step.value;
    if (!agenda || !step) return null;
    if (agenda.state === "paused") return secondsLeft(agenda.left_ms, 0);
    if (agenda.state === "waiting") return 0;
    if (agenda.state !== "running") return null;
    return secondsLeft(step.deadline_ms, this.room.clock.ticking.value);
  });

  /** What is left of the step's time, from 1 to 0. */
  readonly share = computed(() => {
    const seconds = this.seconds.value;
    const step = this.room.step.value;
    if (!step || seconds === null) return 0;
    const whole = step.deadline_ms ? step.deadline_ms - step.started_ms : step.planned_ms;
    return Math.min(1, whole > 0 ? (seconds * 1000) / whole : 0);
  });

  /** Amber in the last minute or fifth, whichever is later; red in the last ten seconds. */
  readonly level = computed<Level>(() => {
    const seconds = this.seconds.value;
    if (this.room.agenda.value?.state === "paused") return "is-paused";
    if (seconds === null) return "";
    const warn = Math.min(WARN_S, ((this.room.step.value?.planned_ms ?? 0) / 1000) * 0.2);
    if (seconds <= END_S) return "is-end";
    return seconds <= Math.max(warn, END_S) ? "is-warn" : "";
  });
}
