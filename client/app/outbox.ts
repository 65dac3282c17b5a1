/**
 * Commands on their way. Each gets a number (ref) that only grows within its lane and is written
 * down before it is sent, so that a reload sends it again under the same number and the server
 * carries it out once. At most `UNANSWERED` are under way; the rest waits in order.
 */
import { signal } from "@preact/signals";
import type { Store } from "./store";
import { readJson } from "./store";
import { type Command, type RefusalCode, UNANSWERED } from "./wire";

export interface Entry {
  readonly ref: number;
  readonly lane: number;
  readonly step: number;
  readonly seen: number;
  readonly command: Command;
  readonly words: readonly string[];
}

/** A refused command that carried somebody's words. */
export interface Returned extends Entry {
  readonly code: RefusalCode;
}

export type Answer =
  | { readonly ok: true; readonly made: readonly number[] }
  | { readonly ok: false; readonly code: RefusalCode };

interface Saved {
  readonly next: Record<number, number>;
  readonly entries: readonly Entry[];
  readonly returned: readonly Returned[];
}

/** After these the same thing may well succeed a little later. */
const LATER: readonly RefusalCode[] = ["too_fast", "room_busy", "storage_failed"];
export const LATER_MS = 1500;
const EMPTY: Saved = { next: {}, entries: [], returned: [] };

const keyOf = (entry: { lane: number; ref: number }) => `${entry.lane}:${entry.ref}`;

export class Outbox {
  readonly entries = signal<readonly Entry[]>([]);
  readonly returned = signal<readonly Returned[]>([]);
  private readonly store: Store;
  private readonly prefix: string;
  private readonly lost: () => void;
  private readonly waiting = new Map<string, (answer: Answer) => void>();
  private readonly sent = new Set<string>();
  private next: Record<number, number> = {};
  private client = 0;
  private heldUntil = 0;

  /** `lost` is told when refs cannot be written down: this client id must not outlive the page. */
  constructor(store: Store, prefix: string, lost: () => void = () => {}) {
    this.store = store;
    this.prefix = prefix;
    this.lost = lost;
  }

  /**
   * Takes over the outbox of a client id. From 0 (none yet) what was written meanwhile is kept;
   * from another id it is thrown away, since then this tab is a copy and the first tab sends it.
   */
  own(client: number): void {
    if (client === this.client) return;
    const before = this.client;
    this.client = client;
    if (before !== 0 || this.entries.value.length === 0) {
      const saved = readJson(this.store, this.key(), EMPTY);
      this.next = { ...saved.next };
      this.entries.value = saved.entries;
      this.returned.value = saved.returned;
    }
    this.save();
  }

  add(entry: Omit<Entry, "ref">): Promise<Answer> {
    const numbered = { ...entry, ref: this.number(entry.lane) };
    this.entries.value = [...this.entries.value, numbered];
    this.save();
    return new Promise((resolve) => this.waiting.set(keyOf(numbered), resolve));
  }

  /** A new connection has been told nothing yet. */
  connected(): void {
    this.sent.clear();
  }

  /** What may be sent now, in order; each is given out once a connection. */
  take(now_ms: number): readonly Entry[] {
    if (now_ms < this.heldUntil) return [];
    const ready = this.entries.value
      .slice(0, UNANSWERED)
      .filter((entry) => !this.sent.has(keyOf(entry)));
    for (const entry of ready) this.sent.add(keyOf(entry));
    return ready;
  }

  /** For how many milliseconds nothing may be sent, because the server asked to slow down. */
  heldFor(now_ms: number): number {
    return this.entries.value.length ? Math.max(0, this.heldUntil - now_ms) : 0;
  }

  acknowledged(lane: number, ref: number, made: readonly number[]): void {
    if (this.drop(lane, ref)) this.answer(lane, ref, { ok: true, made });
  }

  /** Returns true if the command will be tried again by itself. */
  refused(lane: number, ref: number, code: RefusalCode, now_ms: number): boolean {
    const entry = this.drop(lane, ref);
    if (!entry) return false;
    if (LATER.includes(code)) {
      this.again(entry, now_ms);
      return true;
    }
    if (entry.words.some((word) => word !== "")) {
      this.returned.value = [...this.returned.value, { ...entry, code }];
      this.save();
    }
    this.answer(lane, ref, { ok: false, code });
    return false;
  }

  /** Forgets a returned command, because its words went elsewhere or are not wanted any more. */
  forget(returned: Returned): void {
    this.returned.value = this.returned.value.filter((other) => other !== returned);
    this.save();
  }

  private again(entry: Entry, now_ms: number): void {
    const resolve = this.waiting.get(keyOf(entry));
    const numbered = { ...entry, ref: this.number(entry.lane) };
    this.waiting.delete(keyOf(entry));
    if (resolve) this.waiting.set(keyOf(numbered), resolve);
    this.entries.value = [...this.entries.value, numbered];
    this.heldUntil = now_ms + LATER_MS;
    this.save();
  }

  private number(lane: number): number {
    const ref = this.next[lane] ?? 1;
    this.next[lane] = ref + 1;
    return ref;
  }

  private drop(lane: number, ref: number): Entry | undefined {
    const entry = this.entries.value.find((e) => e.lane === lane && e.ref === ref);
    if (!entry) return undefined;
    this.entries.value = this.entries.value.filter((other) => other !== entry);
    this.sent.delete(keyOf(entry));
    this.save();
    return entry;
  }

  private answer(lane: number, ref: number, answer: Answer): void {
    const key = keyOf({ lane, ref });
    this.waiting.get(key)?.(answer);
    this.waiting.delete(key);
  }

  private key(): string {
    return `${this.prefix}:out:${this.client}`;
  }

  private save(): void {
    if (this.client === 0) return;
    const saved: Saved = {
      next: this.next,
      entries: this.entries.value,
      returned: this.returned.value,
    };
    if (!this.store.set(this.key(), JSON.stringify(saved))) this.lost();
  }
}
