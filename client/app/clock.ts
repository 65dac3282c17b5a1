/**
 * The server's clock. Of the last few pings the one with the shortest way there and back tells
 * best how far this device's clock is off; all countdowns run in the server's time.
 */
import { type ReadonlySignal, type Signal, signal } from "@preact/signals";

const SAMPLES = 8;
const JUMP_MS = 1_000;
export const TICK_MS = 250;

interface Sample {
  readonly offset: number;
  readonly way: number;
}

export class Clock {
  private readonly local: () => number;
  private readonly tick: Signal<number>;
  private samples: Sample[] = [];
  private offset = 0;
  private measured = false;
  private timer: ReturnType<typeof setTimeout> | undefined;

  /** `local` is the device's clock in milliseconds since 1970. */
  constructor(local: () => number = Date.now) {
    this.local = local;
    this.tick = signal(local());
  }

  /** Server time in milliseconds, moving four times a second. */
  get ticking(): ReadonlySignal<number> {
    return this.tick;
  }

  /** Server time now, in milliseconds since 1970. */
  now(): number {
    return this.local() + this.offset;
  }

  /**
   * A first idea on a new connection, from a message that did not ask: right but for the way it
   * came. What is known stays until the first pong, unless a clock has jumped since; but it may be
   * another server, so it is measured anew.
   */
  hint(now_ms: number): void {
    const offset = now_ms - this.local();
    const near = this.measured && Math.abs(offset - this.offset) < JUMP_MS;
    this.samples = [];
    if (!near) this.set(offset);
  }

  /** What a ping must carry. */
  stamp(): number {
    return Math.round(this.local());
  }

  /** Takes the answer to a ping that was stamped `sent`. */
  answer(sent: number, now_ms: number): void {
    const way = this.local() - sent;
    if (way < 0) return; // the device's clock was set back in between
    this.samples = [...this.samples, { offset: now_ms - (sent + way / 2), way }].slice(-SAMPLES);
    const best = this.samples.reduce((a, b) => (b.way < a.way ? b : a));
    this.set(best.offset);
    this.measured = true;
  }

  start(): void {
    if (this.timer === undefined) this.wind();
  }

  stop(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  /** Ticks at whole quarters of the server's seconds, so that all screens change at once. */
  private wind(): void {
    const rest = TICK_MS - (this.now() % TICK_MS);
    this.timer = setTimeout(() => {
      this.tick.value = this.now();
      this.wind();
    }, rest);
  }

  private set(offset: number): void {
    this.offset = offset;
    this.tick.value = this.now();
  }
}

/** Whole seconds until a deadline, never below 0. Zero is shown only when it is reached. */
export function secondsLeft(deadline_ms: number, now_ms: number): number {
  return Math.max(0, Math.ceil((deadline_ms - now_ms) / 1000));
}

/** Minutes and seconds, "4:05"; hours as "1:04:05". */
export function asTime(seconds: number): string {
  const two = (n: number) => String(n).padStart(2, "0");
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60) % 60;
  const rest = two(seconds % 60);
  return hours ? `${hours}:${two(minutes)}:${rest}` : `${minutes}:${rest}`;
}
