/** When it is time to move on: advice with one button, never by itself. */
import { computed, effect, signal } from "@preact/signals";
import type { Room } from "../room";
import { CHANGE_ID } from "./changes";
import { MINUTE_MS } from "./plan";

export const QUIET_MS = 90_000;
const WRITING = ["ideate", "vote", "group", "draft", "claim"];

export type Hint = "time_up" | "stopped" | "counted" | "all_done" | "quiet";

export interface Signs {
  /** Input is closed and the room waits for a word. */
  readonly waiting: boolean;
  /** A secret vote has been counted in everybody's sight, so it does not go on. */
  readonly counted: boolean;
  /** Somebody closed the input before its time. */
  readonly early: boolean;
  readonly open: boolean;
  readonly kind: string;
  readonly online: number;
  readonly done: number;
  readonly quiet_ms: number;
}

export function hintOf(signs: Signs): Hint | null {
  if (signs.waiting && signs.counted) return "counted";
  if (signs.waiting) return signs.early ? "stopped" : "time_up";
  if (!signs.open || !WRITING.includes(signs.kind) || signs.online === 0) return null;
  if (signs.done >= signs.online) return "all_done";
  return signs.quiet_ms >= QUIET_MS ? "quiet" : null;
}

/** Whether the current step is a secret vote whose result was seen. */
export function isCounted(room: Room): boolean {
  const table = room.replica.room;
  const id = room.step.value?.id ?? 0;
  return (
    table.one("poll", id)?.secret === true && table.all("tally").some((tally) => tally.step === id)
  );
}

/** Whether input ended because somebody closed it, and not because time was up. */
export function isStopped(room: Room): boolean {
  const change = room.replica.room.one("clock_change", CHANGE_ID);
  const waits = room.agenda.value?.state === "waiting";
  return waits && change?.what === "stopped" && change.step === room.step.value?.id;
}

/** Watches a room for signs of life; `stop` ends it. */
export class Watch {
  readonly stop: () => void;
  private readonly room: Room;
  private readonly last = signal(0);

  constructor(room: Room) {
    this.room = room;
    this.stop = effect(() => {
      void this.pulse.value;
      this.last.value = room.clock.now();
    });
  }

  readonly hint = computed<Hint | null>(() => {
    const { room } = this;
    const { online, done } = room.present.value;
    const step = room.step.value;
    const state = room.agenda.value?.state;
    return hintOf({
      waiting: state === "waiting",
      counted: isCounted(room),
      early: isStopped(room),
      open: state === "running" && step?.input === true,
      kind: step?.kind ?? "",
      online,
      done,
      quiet_ms: room.clock.ticking.value - this.last.value,
    });
  });

  /** Minutes that go into the bank if the step ends now. */
  readonly gain = computed(() => {
    const deadline = this.room.step.value?.deadline_ms ?? 0;
    return Math.max(0, Math.floor((deadline - this.room.clock.ticking.value) / MINUTE_MS));
  });

  /** Changes with every sign of life: typing, a card, a vote, a group, a decision, another step. */
  private readonly pulse = computed(() => {
    const { room } = this;
    const table = room.replica.room;
    const step = room.step.value;
    const turnout = table.one("turnout", step?.id ?? 0);
    const merges = table.all("merge").length + table.all("decision").length;
    const { typing } = room.present.value;
    const beat = typing > 0 ? room.clock.ticking.value : 0;
    const cards = (turnout?.lanes ?? []).join();
    return [step?.round, room.agenda.value?.state, turnout?.people, cards, merges, beat].join(" ");
  });
}
