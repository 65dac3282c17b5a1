/**
 * Commands on their way. Each gets a number (ref) that only grows within its lane and is written
 * down before it is sent, so that a reload sends it again under the same number and the server
 * carries it out once. At most `UNANSWERED` are under way; the rest waits in order, and of one
 * thread (see `wishes.ts`) only one is under way.
 */
import { signal } from "@preact/signals";
import type { Store } from "./store";
import { readJson } from "./store";
import { type Command, type RefusalCode, UNANSWERED } from "./wire";
import { orderOf, replaces } from "./wishes";

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
  /** Keys of the entries that no server has seen, which may still be numbered anew. */
  readonly fresh?: readonly string[];
}

/** After these the same thing may well succeed a little later. */
const LATER: readonly RefusalCode[] = ["too_fast", "room_busy", "storage_failed"];
export const LATER_MS = 1500;
const EMPTY: Saved = { next: {}, entries: [], returned: [] };

const keyOf = (entry: { lane: number; ref: number }) => `${entry.lane}:${entry.ref}`;

export class Outbox {
  /** What was sent, in the order of its numbers, then what waits, in the order of its giving. */
  readonly entries = signal<readonly Entry[]>([]);
  readonly returned = signal<readonly Returned[]>([]);
  private readonly store: Store;
  private readonly prefix: string;
  private readonly lost: () => void;
  private readonly waiting = new Map<string, (answer: Answer) => void>();
  /** Given out over this connection. */
  private readonly sent = new Set<string>();
  /** Never given out over any. */
  private fresh = new Set<string>();
  private next: Record<number, number> = {};
  private highest: Record<number, number> = {};
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
    if (before !== 0 || this.entries.value.length === 0) this.load();
    this.save();
  }

  add(entry: Omit<Entry, "ref">): Promise<Answer> {
    const numbered = { ...entry, ref: this.number(entry.lane) };
    const needless = this.needlessBefore(numbered);
    if (needless) this.drop(needless.lane, needless.ref);
    this.fresh.add(keyOf(numbered));
    this.entries.value = [...this.entries.value, numbered];
    this.save();
    return new Promise((resolve) => {
      this.waiting.set(keyOf(numbered), resolve);
      if (needless) this.handOver(needless, numbered);
    });
  }

  /** A new connection has been told nothing yet. */
  connected(): void {
    this.sent.clear();
  }

  /** What may be sent now, in order; each is given out once a connection. */
  take(now_ms: number): readonly Entry[] {
    if (now_ms < this.heldUntil) return [];
    const isFresh = (entry: Entry) => this.fresh.has(keyOf(entry));
    const going = this.entries.peek().filter((entry) => !isFresh(entry));
    const rest = this.entries.peek().filter(isFresh);
    const again = going.filter((entry) => !this.sent.has(keyOf(entry)));
    const begun = this.mayBegin(going, rest).map((entry) => this.begin(entry));
    if (begun.length) {
      const left = rest.filter(isFresh);
      this.entries.value = [...going, ...begun, ...left];
      this.save();
    }
    for (const entry of [...again, ...begun]) this.sent.add(keyOf(entry));
    return [...again, ...begun];
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

  /** Waiting entries that may be given out: none whose thread is busy, none past the limit. */
  private mayBegin(going: readonly Entry[], rest: readonly Entry[]): readonly Entry[] {
    const busy = new Set(going.map((entry) => orderOf(entry).thread));
    const free = rest.filter((entry) => {
      const { thread } = orderOf(entry);
      const isFree = thread === "" || !busy.has(thread);
      busy.add(thread);
      return isFree;
    });
    return free.slice(0, Math.max(0, UNANSWERED - going.length));
  }

  /** Gives an entry its last number. The server takes none below the highest it has seen. */
  private begin(entry: Entry): Entry {
    const overtaken = entry.ref <= (this.highest[entry.lane] ?? 0);
    const numbered = overtaken ? this.renumber(entry) : entry;
    this.fresh.delete(keyOf(entry));
    this.fresh.delete(keyOf(numbered));
    this.highest[entry.lane] = numbered.ref;
    return numbered;
  }

  /** The thread's last waiting entry, if this one replaces it. */
  private needlessBefore(entry: Entry): Entry | undefined {
    const { thread } = orderOf(entry);
    const before = this.entries
      .peek()
      .filter((other) => thread && orderOf(other).thread === thread);
    const last = before[before.length - 1];
    return last && this.fresh.has(keyOf(last)) && replaces(entry, last) ? last : undefined;
  }

  /** Tries once more, unless something newer has taken its place; before what waits behind it. */
  private again(entry: Entry, now_ms: number): void {
    this.heldUntil = now_ms + LATER_MS;
    const { thread } = orderOf(entry);
    const all = this.entries.value;
    const at = all.findIndex((other) => thread !== "" && orderOf(other).thread === thread);
    const newer = all[at];
    if (newer && replaces(newer, entry)) {
      this.handOver(entry, newer);
      return;
    }
    const numbered = this.renumber(entry);
    const place = at < 0 ? all.length : at;
    this.entries.value = [...all.slice(0, place), numbered, ...all.slice(place)];
    this.save();
  }

  private renumber(entry: Entry): Entry {
    const numbered = { ...entry, ref: this.number(entry.lane) };
    this.fresh.add(keyOf(numbered));
    this.handOver(entry, numbered);
    return numbered;
  }

  /** Who waits for one entry's answer gets that of another. */
  private handOver(from: Entry, to: Entry): void {
    const old = this.waiting.get(keyOf(from));
    const other = this.waiting.get(keyOf(to));
    this.waiting.delete(keyOf(from));
    if (!old) return;
    this.waiting.set(keyOf(to), (answer) => {
      old(answer);
      other?.(answer);
    });
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
    this.fresh.delete(keyOf(entry));
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

  /** What no server has seen gets new numbers: higher ones may have been answered since. */
  private load(): void {
    const saved = readJson(this.store, this.key(), EMPTY);
    const fresh = new Set(saved.fresh ?? []);
    this.next = { ...saved.next };
    this.highest = {};
    this.fresh = new Set();
    this.returned.value = saved.returned;
    this.entries.value = saved.entries.map((entry) =>
      fresh.has(keyOf(entry)) ? this.renumber(entry) : entry,
    );
  }

  private save(): void {
    if (this.client === 0) return;
    const saved: Saved = {
      next: this.next,
      entries: this.entries.value,
      returned: this.returned.value,
      fresh: [...this.fresh],
    };
    if (!this.store.set(this.key(), JSON.stringify(saved))) this.lost();
  }
}
