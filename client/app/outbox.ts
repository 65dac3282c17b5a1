/**
 * Commands on their way. Each gets a number (ref) that only grows within its lane and is written
 * down before it is sent, so that a reload sends it again under the same number and the server
 * carries it out once. At most `UNANSWERED` are under way; the rest waits in order, and of one
 * thread (see `wishes.ts`) only one is under way.
 *
 * What was acknowledged stays until it is stable: should every server lose it, this copy is the
 * last, and it is offered again.
 */
import { computed, signal } from "@preact/signals";
import { doubted, named, numbersIn, restsOn, stands } from "./anew";
import { type Answer, type Entry, keyOf, type Returned, waits } from "./entry";
import type { Store } from "./store";
import { readJson } from "./store";
import { IDS_OF_AN_ENTRY, type RefusalCode, UNANSWERED, UNSTABLE } from "./wire";
import { orderOf, replaces } from "./wishes";

export type { Answer, Entry, Returned } from "./entry";

interface Saved {
  readonly next: Record<number, number>;
  readonly entries: readonly Entry[];
  readonly returned: readonly Returned[];
  /** Keys of the entries that no server has seen, which may still be numbered anew. */
  readonly fresh?: readonly string[];
  /** Whose the acknowledged ones are. */
  readonly seat?: number;
}

/** After these the same thing may well succeed a little later. */
const LATER: readonly RefusalCode[] = ["too_fast", "room_busy", "storage_failed"];
export const LATER_MS = 1500;
/** What acknowledged commands may weigh together, in letters. */
const UNSTABLE_LETTERS = 200_000;
const NONE: ReadonlySet<number> = new Set();
const EMPTY: Saved = { next: {}, entries: [], returned: [] };

export class Outbox {
  /** What was sent, in the order of its numbers, then what waits, in the order of its giving. */
  private readonly all = signal<readonly Entry[]>([]);
  private before: readonly Entry[] = [];
  /** Of these what is not answered, or not for good. */
  readonly entries = computed(() => {
    const now = this.all.value.filter(waits);
    const same = now.length === this.before.length && now.every((e, n) => e === this.before[n]);
    if (!same) this.before = now;
    return this.before;
  });
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
  private seat = 0;
  private stableSeq = 0;
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
    if (before !== 0 || this.all.peek().length === 0) this.load();
    this.save();
  }

  /**
   * Tells whose seat this is, 0 for nobody's yet. What somebody else had acknowledged is thrown
   * away, but not if the seat itself may be lost: then it is taken again.
   */
  sits(seat: number): void {
    if (seat !== this.seat && (seat || !this.hasJoined)) this.letGo();
    if (seat) this.seat = seat;
  }

  /** Whether joining was acknowledged, and is not stable. */
  get hasJoined(): boolean {
    return this.all.peek().some((entry) => entry.seq && entry.command[0] === "join");
  }

  add(entry: Omit<Entry, "ref">): Promise<Answer> {
    const numbered = { ...entry, ref: this.number(entry.lane) };
    const needless = this.needlessBefore(numbered);
    if (needless) this.drop(needless);
    this.fresh.add(keyOf(numbered));
    this.all.value = [...this.all.peek(), numbered];
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

  /**
   * The server holds what we hold up to `after`: what was acknowledged past that is offered again.
   * With `lost` the log is another one from some place on. What is of an anonymous round that is
   * not open any more goes nowhere, nor what names things that are others now, or none: `adrift`.
   * Returns a refusal that the person is to be told instead of an answer, else null.
   */
  doubt(
    after: number,
    lost: boolean,
    isOpen: (entry: Entry) => boolean,
    adrift: ReadonlySet<number> = NONE,
  ): RefusalCode | null {
    if (lost) this.stableSeq = 0;
    this.all.value = doubted(this.all.peek(), after, lost);
    const over = this.all.peek().filter((entry) => entry.doubted && entry.lane && !isOpen(entry));
    const late = over.map((entry) => (lost ? this.lose(entry, "too_late") : this.settle(entry)));
    const away = this.entries.peek().filter((entry) => numbersIn(entry).some((n) => adrift.has(n)));
    const gone = away.map((entry) => this.lose(entry, "unknown_target"));
    this.save();
    return late.includes(true) ? "too_late" : gone.includes(true) ? "unknown_target" : null;
  }

  /** What commands name that the log may yet lose, and give its id to something else. */
  unsure(): readonly number[] {
    const first = (this.stableSeq + 1) * IDS_OF_AN_ENTRY;
    return this.all
      .peek()
      .flatMap(numbersIn)
      .filter((id) => id >= first);
  }

  /** What lies at or before `seq` of the log cannot be lost any more. */
  stable(seq: number): void {
    if (seq <= this.stableSeq) return;
    this.stableSeq = seq;
    this.sweep();
  }

  /** Throws away what was acknowledged: nobody can offer it any more. */
  letGo(): void {
    this.all.value = this.all.peek().filter((entry) => !entry.seq);
    this.save();
  }

  /** Throws away everything. Numbers go on. */
  clear(): void {
    this.all.value = [];
    this.returned.value = [];
    this.fresh.clear();
    this.save();
  }

  /**
   * What may be sent now, in order; each is given out once a connection. While something is
   * doubted they go one by one: one that the server puts off must not be overtaken, for then it
   * would need a new number, and a server that still holds it would carry it out twice.
   */
  take(now_ms: number): readonly Entry[] {
    if (now_ms < this.heldUntil) return [];
    const isFresh = (entry: Entry) => this.fresh.has(keyOf(entry));
    const going = this.entries.peek().filter((entry) => !isFresh(entry));
    const isNew = (entry: Entry) => !this.sent.has(keyOf(entry));
    if (going.some((entry) => entry.doubted)) {
      const first = going.slice(0, this.sent.size < UNANSWERED ? 1 : 0).filter(isNew);
      for (const entry of first) this.sent.add(keyOf(entry));
      return first;
    }
    const rest = this.entries.peek().filter(isFresh);
    const again = going.filter(isNew);
    const begun = this.mayBegin(going, rest).map((entry) => this.begin(entry));
    if (begun.length) {
      const others = this.all.peek().filter((entry) => !rest.includes(entry));
      this.all.value = [...others, ...begun, ...rest.filter(isFresh)];
      this.save();
    }
    for (const entry of [...again, ...begun]) this.sent.add(keyOf(entry));
    return [...again, ...begun];
  }

  /** For how many milliseconds nothing may be sent, because the server asked to slow down. */
  heldFor(now_ms: number): number {
    return this.entries.peek().length ? Math.max(0, this.heldUntil - now_ms) : 0;
  }

  /** Takes an answer. Returns the command as it was before; nothing where that came before. */
  acknowledged(lane: number, ref: number, seq: number, made: readonly number[]): Entry | undefined {
    const entry = this.find(lane, ref);
    if (!entry) return undefined;
    const acknowledged = { ...entry, seq, made, doubted: undefined };
    this.sent.delete(keyOf(entry));
    this.fresh.delete(keyOf(entry));
    if (entry.doubted) this.name(entry, made);
    this.all.value = this.all.peek().map((other) => (other === entry ? acknowledged : other));
    if (entry.command[0] === "join") this.joined(seq, made[0] ?? 0);
    this.sweep();
    this.save();
    this.answer(lane, ref, { ok: true, made });
    return entry;
  }

  /** What was given without a seat would be carried out once more if it came from the seat. */
  private joined(seq: number, seat: number): void {
    this.seat = seat;
    this.all.value = this.all.peek().filter((entry) => waits(entry) || Number(entry.seq) >= seq);
  }

  /** Takes a refusal. Returns whether the person is to be told: no words of hers show it. */
  refused(lane: number, ref: number, code: RefusalCode, now_ms: number): boolean {
    const entry = this.find(lane, ref);
    if (!entry) return false;
    const later = LATER.includes(code);
    if (later && entry.doubted) {
      this.heldUntil = now_ms + LATER_MS;
      this.sent.delete(keyOf(entry));
      return false;
    }
    if (later) {
      this.drop(entry);
      this.again(entry, now_ms);
      return false;
    }
    return entry.doubted && stands(entry, code) ? this.settle(entry) : this.lose(entry, code);
  }

  /** A doubted command is as it was, or is no more: its things keep their ids. */
  private settle(entry: Entry): false {
    this.name(entry, entry.made ?? []);
    this.drop(entry);
    return false;
  }

  /** A doubted command stands: what rests on it means the things that it made by that. */
  private name(entry: Entry, made: readonly number[]): void {
    const by = keyOf(entry);
    const change = (other: Entry) => (restsOn(other, by) ? named(other, by, made) : other);
    this.all.value = this.all.peek().map(change);
  }

  /**
   * Takes a command out, and all that rests on things it made: their ids mean others now. Returns
   * whether the person is to be told.
   */
  private lose({ lane, ref }: Entry, code: RefusalCode): boolean {
    const entry = this.find(lane, ref);
    if (!entry) return false;
    const resting = this.entries.peek().filter((other) => restsOn(other, keyOf(entry)));
    this.settle(entry);
    const told = resting.map((other) => this.lose(other, code));
    return this.giveBack(entry, code) || told.includes(true);
  }

  /** Gives words back to whoever wrote them. Returns true where there are none to be seen. */
  private giveBack(entry: Entry, code: RefusalCode): boolean {
    const wordless = entry.words.every((word) => word === "");
    if (!wordless) {
      this.returned.value = [...this.returned.value, { ...entry, code }];
      this.save();
    }
    this.answer(entry.lane, entry.ref, { ok: false, code });
    return wordless;
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
    const all = this.all.peek();
    const mine = (other: Entry) => thread !== "" && orderOf(other).thread === thread;
    const at = all.findIndex((other) => waits(other) && mine(other));
    const newer = all[at];
    if (newer && replaces(newer, entry)) {
      this.handOver(entry, newer);
      return;
    }
    const numbered = this.renumber(entry);
    const place = at < 0 ? all.length : at;
    this.all.value = [...all.slice(0, place), numbered, ...all.slice(place)];
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

  /** A command that waits for an answer. */
  private find(lane: number, ref: number): Entry | undefined {
    return this.entries.peek().find((entry) => entry.lane === lane && entry.ref === ref);
  }

  private drop(entry: Entry): void {
    this.all.value = this.all.peek().filter((other) => keyOf(other) !== keyOf(entry));
    this.sent.delete(keyOf(entry));
    this.fresh.delete(keyOf(entry));
    this.save();
  }

  /** Keeps of what is acknowledged what may yet be lost, and not too much of it. */
  private sweep(): void {
    let most = UNSTABLE;
    let letters = UNSTABLE_LETTERS;
    const isKept = (entry: Entry) => {
      if (waits(entry)) return true;
      if (Number(entry.seq) <= this.stableSeq) return false;
      letters -= JSON.stringify(entry).length;
      return --most >= 0 && letters >= 0;
    };
    const kept = [...this.all.peek()].reverse().filter(isKept).reverse();
    if (kept.length === this.all.peek().length) return;
    this.all.value = kept;
    this.save();
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
    this.seat = saved.seat ?? 0;
    this.returned.value = saved.returned;
    this.all.value = saved.entries.map((entry) =>
      fresh.has(keyOf(entry)) ? this.renumber(entry) : entry,
    );
  }

  private save(): void {
    if (this.client === 0) return;
    const saved: Saved = {
      next: this.next,
      entries: this.all.peek(),
      returned: this.returned.value,
      fresh: [...this.fresh],
      seat: this.seat,
    };
    if (!this.store.set(this.key(), JSON.stringify(saved))) this.lost();
  }
}
