/** What a person has chosen while grouping, and what becomes of it. */
import { computed, signal } from "@preact/signals";
import type { Room } from "../room";
import { shownCards } from "../select";
import { type Card, commands } from "../wire";

export class Picking {
  /** The theme that is open, 0 if none. */
  readonly opened = signal(0);
  /** Cards for which a theme is being chosen. */
  readonly moving = signal<readonly number[] | null>(null);
  /** The theme this person has just made, to be named. */
  readonly made = signal(0);
  private readonly room: Room;
  private readonly step: number;
  private readonly picked = signal<ReadonlySet<number>>(new Set());
  /** Cards that stood in the list: others may put them away, but nothing moves under a finger. */
  private readonly stood = signal<ReadonlySet<number>>(new Set());

  constructor(room: Room, step: number) {
    this.room = room;
    this.step = step;
    this.settle();
  }

  /** The list to choose from; a card with a theme stands in it until the list settles. */
  readonly listed = computed<readonly Card[]>(() =>
    shownCards(this.room).filter((card) => !card.group || this.stood.value.has(card.id)),
  );

  readonly loose = computed(() => this.listed.value.filter((card) => !card.group));

  readonly chosen = computed<readonly number[]>(() =>
    this.loose.value.filter((card) => this.picked.value.has(card.id)).map((card) => card.id),
  );

  has(card: Card): boolean {
    return !card.group && this.picked.value.has(card.id);
  }

  readonly toggle = (card: number): void => {
    const next = new Set(this.picked.peek());
    if (!next.delete(card)) next.add(card);
    this.picked.value = next;
    this.made.value = 0;
  };

  clear(): void {
    this.picked.value = new Set();
    this.settle();
  }

  /** Puts cards into a theme (0: a new one). What was chosen is forgotten. */
  async put(cards: readonly number[], theme: number): Promise<void> {
    this.moving.value = null;
    this.opened.value = 0;
    this.picked.value = new Set();
    this.settle(cards);
    const known = await this.room.do(commands.mergeCards(cards, theme), [], { step: this.step });
    if (known.ok && !theme) this.made.value = known.made[0] ?? 0;
  }

  /** Undoes this person's last act of putting together. */
  undo(merge: number): void {
    this.made.value = 0;
    void this.room.do(commands.undoMerge(merge), [], { step: this.step });
  }

  /** The list may close its gaps now, because the person has just done something to it. */
  private settle(leaving: readonly number[] = []): void {
    const staying = shownCards(this.room).filter((card) => !card.group);
    const ids = staying.map((card) => card.id).filter((card) => !leaving.includes(card));
    this.stood.value = new Set(ids);
  }
}
