/** Arithmetic of the agenda: what steps have taken, and when the session ends. */
import type { Agenda, Step } from "../wire";

export const MINUTE_MS = 60_000;
export const minutesOf = (ms: number): number => Math.round(ms / MINUTE_MS);

/** Milliseconds that a step has taken so far. */
export function spentMs(step: Step, agenda: Agenda | undefined, now_ms: number): number {
  const running = step.state === "open" && agenda?.state === "running";
  return step.spent_ms + (running ? Math.max(0, now_ms - step.started_ms) : 0);
}

/** When the session ends if every step ahead takes its planned time. */
export function projectedEndMs(
  agenda: Agenda | undefined,
  steps: readonly Step[],
  now_ms: number,
): number {
  const current = steps.find((step) => step.id === agenda?.current);
  const ahead = steps.filter((step) => step.state === "ahead");
  return ahead.reduce((sum, step) => sum + step.planned_ms, stepEndMs(agenda, current, now_ms));
}

function stepEndMs(agenda: Agenda | undefined, current: Step | undefined, now_ms: number): number {
  if (agenda?.state === "running" && current) return Math.max(now_ms, current.deadline_ms);
  return agenda?.state === "paused" ? now_ms + agenda.left_ms : now_ms;
}

export interface Finish {
  readonly projected_ms: number;
  /** The promised end; 0 before the beginning. */
  readonly promised_ms: number;
  /** Whole minutes in the time bank; below zero the session runs late. */
  readonly bank: number;
}

export function finishOf(
  agenda: Agenda | undefined,
  steps: readonly Step[],
  now_ms: number,
): Finish {
  const projected_ms = projectedEndMs(agenda, steps, now_ms);
  const promised_ms = agenda?.ends_ms ?? 0;
  const bank = promised_ms ? Math.trunc((promised_ms - projected_ms) / MINUTE_MS) : 0;
  return { projected_ms, promised_ms, bank };
}
