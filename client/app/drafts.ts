/** Unsent texts, kept on the device per room and person until they are sent or thrown away. */
import { signal } from "@preact/signals";
import { readJson, type Store } from "./store";

export class Drafts {
  /** Text by `step:name`. */
  readonly all = signal<Readonly<Record<string, string>>>({});
  private readonly store: Store;
  private readonly prefix: string;
  private seat = 0;
  /** When a text was last changed on this page, by the device's clock. */
  typedAt = 0;

  constructor(store: Store, prefix: string) {
    this.store = store;
    this.prefix = prefix;
    this.load();
  }

  /**
   * Takes over the drafts of a person; what was typed before joining stays under 0. `before` is a
   * seat that was lost and taken again as this one.
   */
  own(seat: number, before = 0): void {
    if (seat === this.seat) return;
    const typed = before && this.store.get(this.key(before));
    this.seat = seat;
    if (typed) this.store.set(this.key(), typed);
    this.load();
  }

  get(step: number, name: string): string {
    return this.all.value[`${step}:${name}`] ?? "";
  }

  set(step: number, name: string, text: string): void {
    const { [`${step}:${name}`]: _, ...others } = this.all.value;
    if (text) this.typedAt = Date.now();
    this.all.value = text ? { ...others, [`${step}:${name}`]: text } : others;
    if (Object.keys(this.all.value).length) {
      this.store.set(this.key(), JSON.stringify(this.all.value));
    } else {
      this.store.remove(this.key());
    }
  }

  /** Forgets everything of this person. */
  clear(): void {
    this.all.value = {};
    this.store.remove(this.key());
  }

  private key(seat = this.seat): string {
    return `${this.prefix}:drafts:${seat}`;
  }

  private load(): void {
    this.all.value = readJson(this.store, this.key(), {});
  }
}
