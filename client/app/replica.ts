/**
 * What this device knows of the room: a table that everybody of its role shares, and one of its
 * own. Patches are the only writer. Who reads a kind of view in a screen is redrawn when a view
 * of that kind changes, and not otherwise.
 */
import { batch, type Signal, signal } from "@preact/signals";
import type { Ack, Packed, Patch } from "./messages";
import { named } from "./messages";
import { FIELDS, type Views } from "./wire";

export type Kind = keyof Views;
type Gone = readonly (readonly [string, number])[];
type AnyView = Views[Kind];

/** Fields by which one thing is told from another. What is kept beside a thing has none of them. */
const IDENTITY = ["target", "author", "name", "text", "what"];
const KINDS = new Set(Object.keys(FIELDS));

class Rows {
  readonly byId = new Map<number, AnyView>();
  readonly changes: Signal<number> = signal(0);
  sorted: readonly AnyView[] | null = null;

  changed(): void {
    this.sorted = null;
    this.changes.value++;
  }
}

export class Table {
  /** How far in the log this table stands. */
  seq = 0;
  /** Whether a whole view is to take the place of what is here. */
  old = false;
  private readonly kinds = new Map<Kind, Rows>();

  /** All views of a kind, by id, which is the order in which they were made. */
  all<K extends Kind>(kind: K): readonly Views[K][] {
    const rows = this.rows(kind);
    void rows.changes.value;
    rows.sorted ??= [...rows.byId.values()].sort((a, b) => a.id - b.id);
    return rows.sorted as readonly Views[K][];
  }

  one<K extends Kind>(kind: K, id: number): Views[K] | undefined {
    const rows = this.rows(kind);
    void rows.changes.value;
    return rows.byId.get(id) as Views[K] | undefined;
  }

  /** Only for `Replica`. With `whole` nothing else is left. */
  write(put: readonly Packed[], gone: Gone, whole = false): void {
    const touched = new Set<Rows>();
    if (whole) {
      for (const rows of this.kinds.values()) {
        if (rows.byId.size) touched.add(rows);
        rows.byId.clear();
      }
    }
    for (const [tag, ...values] of put) {
      const rows = this.known(tag);
      if (!rows) continue;
      const view = named(FIELDS[tag as Kind], values) as AnyView;
      rows.byId.set(view.id, view);
      touched.add(rows);
    }
    for (const [tag, id] of gone) {
      const rows = this.known(tag);
      if (rows?.byId.delete(id)) touched.add(rows);
    }
    for (const rows of touched) rows.changed();
  }

  /** Only for `Replica`: stands at the beginning again. What is here is seen until it is replaced. */
  forget(): void {
    this.seq = 0;
    this.old = true;
  }

  /** All views of an id, of whatever kind. */
  named(id: number): readonly AnyView[] {
    return [...this.kinds.values()].flatMap((rows) => rows.byId.get(id) ?? []);
  }

  private rows(kind: Kind): Rows {
    const there = this.kinds.get(kind);
    if (there) return there;
    const rows = new Rows();
    this.kinds.set(kind, rows);
    return rows;
  }

  /** The rows of a tag; nothing for a tag that a newer server may have. */
  private known(tag: string): Rows | undefined {
    return KINDS.has(tag) ? this.rows(tag as Kind) : undefined;
  }
}

export class Replica {
  readonly room = new Table();
  readonly own = new Table();
  logId = "";
  chain = "";

  /** Takes a patch. False if something before it is missing: connect again and tell where we are. */
  apply(patch: Patch): boolean {
    const table = patch.own ? this.own : this.room;
    if (patch.since > (table.old ? 0 : table.seq)) return false;
    if (patch.seq <= table.seq && !table.old) return true;
    batch(() => table.write(patch.put, patch.gone, table.old));
    table.seq = patch.seq;
    table.old = false;
    if (!patch.own) this.chain = patch.chain;
    return true;
  }

  /** Takes what an acknowledged command changed in the private table, up to the command itself. */
  take(ack: Ack): void {
    batch(() => this.own.write(ack.put, ack.gone));
    this.own.seq = Math.max(this.own.seq, ack.seq);
  }

  /**
   * Where the private table stands, as hello tells it. What answers brought past the room's
   * position is vouched for by no chain, so then all of it is asked for anew.
   */
  ownPosition(): number {
    if (this.own.seq > this.room.seq) this.own.forget();
    return this.own.seq;
  }

  /** What a thing is, to be compared with what has its id later: nothing that is done to it. */
  sight(id: number): string {
    const views = [...this.room.named(id), ...this.own.named(id)];
    const told = views.map((view) => JSON.stringify(view, IDENTITY));
    return told.filter((one) => one !== "{}").join();
  }

  /** Forgets where everything stands; a whole view follows. */
  reset(): void {
    this.chain = "";
    this.room.forget();
    this.own.forget();
  }
}
