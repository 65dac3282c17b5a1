/**
 * The connection: says hello, hands messages on, and comes back after every loss that allows it,
 * with pauses of random length that grow. When the page wakes up it asks at once whether the
 * socket still lives, since a phone's socket may be dead and look alive.
 */
import { signal } from "@preact/signals";
import { type Message, read, write } from "./messages";
import { RETRY } from "./wire";

export type Link =
  | { readonly state: "connecting" }
  | { readonly state: "online" }
  /** Until a moment of the device's clock, in milliseconds; the close code says why. */
  | { readonly state: "waiting"; readonly until: number; readonly code: number }
  /** Will not come back by itself; the close code says why. */
  | { readonly state: "stopped"; readonly code: number };

export interface Wire {
  binaryType: string;
  onopen: (() => void) | null;
  onmessage: ((event: { data: ArrayBuffer }) => void) | null;
  onclose: ((event: { code: number }) => void) | null;
  send(bytes: Uint8Array<ArrayBuffer>): void;
  close(): void;
}

export interface Ends {
  /** The first message. */
  hello(): readonly unknown[];
  receive(message: Message): void;
  /** Asks the server for a sign of life. */
  ping(): void;
}

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 5_000;
const PROOF_MS = 2_000;
const WELCOME_MS = 8_000;
const BEAT_MS = 15_000;
const STEADY_MS = 5_000;
const ABNORMAL = 1006;

type Timer = ReturnType<typeof setTimeout>;

export class Socket {
  readonly link = signal<Link>({ state: "connecting" });
  private readonly open: () => Wire;
  private readonly ends: Ends;
  private readonly random: () => number;
  private wire: Wire | null = null;
  private tries = 0;
  private retry: Timer | undefined;
  private proof: Timer | undefined;
  private beat: Timer | undefined;
  private steady: Timer | undefined;
  private notBefore = 0;
  private triedAt = 0;

  constructor(open: () => Wire, ends: Ends, random: () => number = Math.random) {
    this.open = open;
    this.ends = ends;
    this.random = random;
  }

  connect(): void {
    this.drop();
    this.link.value = { state: "connecting" };
    this.triedAt = Date.now();
    const wire = this.open();
    wire.binaryType = "arraybuffer";
    wire.onopen = () => wire.send(write(this.ends.hello()));
    wire.onmessage = (event) => this.received(event.data);
    wire.onclose = (event) => this.lost(event.code);
    this.wire = wire;
    this.proof = setTimeout(() => this.lost(ABNORMAL), WELCOME_MS);
  }

  /** Ends the connection for good. */
  stop(code: number): void {
    this.drop();
    this.link.value = { state: "stopped", code };
  }

  /** Sends a message if there is a connection; returns whether there was. */
  send(message: readonly unknown[]): boolean {
    if (this.link.value.state !== "online" || !this.wire) return false;
    this.wire.send(write(message));
    return true;
  }

  /**
   * Finds out at once whether the connection lives: at once if it waits, within 2 s if it is on.
   * An attempt that has gone on for long may have been made before the device fell asleep.
   */
  test(): void {
    const { state } = this.link.value;
    const stale = state === "connecting" && Date.now() - this.triedAt >= PROOF_MS;
    if (state === "waiting" || stale) this.connect();
    if (state !== "online") return;
    this.ends.ping();
    this.proof ??= setTimeout(() => this.connect(), PROOF_MS);
  }

  /** The server goes away: nobody comes back before `retry_ms`, and not all at once. */
  farewell(retry_ms: number): void {
    this.notBefore = Date.now() + retry_ms * this.random();
  }

  /** Has the browser's signs of waking up test the connection; returns how to stop that. */
  watch(page: Document, view: Window): () => void {
    const wake = () => {
      if (page.visibilityState !== "hidden") this.test();
    };
    page.addEventListener("visibilitychange", wake);
    view.addEventListener("online", wake);
    view.addEventListener("pageshow", wake);
    return () => {
      page.removeEventListener("visibilitychange", wake);
      view.removeEventListener("online", wake);
      view.removeEventListener("pageshow", wake);
    };
  }

  private received(data: ArrayBuffer): void {
    clearTimeout(this.proof);
    this.proof = undefined;
    const message = read(data);
    if (!message) return;
    if (message.tag === "welcome") {
      this.link.value = { state: "online" };
      this.beat = setInterval(() => this.test(), BEAT_MS);
      this.steady = setTimeout(() => {
        this.tries = 0;
      }, STEADY_MS);
    }
    this.ends.receive(message);
  }

  private lost(code: number): void {
    this.drop();
    if (!RETRY.includes(code)) {
      this.link.value = { state: "stopped", code };
      return;
    }
    const most = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** this.tries++);
    const pause = Math.max(this.random() * most, this.notBefore - Date.now());
    this.link.value = { state: "waiting", until: Date.now() + pause, code };
    this.retry = setTimeout(() => this.connect(), pause);
  }

  private drop(): void {
    for (const timer of [this.retry, this.proof, this.steady]) clearTimeout(timer);
    clearInterval(this.beat);
    this.proof = undefined;
    const wire = this.wire;
    this.wire = null;
    if (!wire) return;
    wire.onopen = wire.onmessage = wire.onclose = null;
    try {
      wire.close();
    } catch {
      // it was closed already
    }
  }
}
