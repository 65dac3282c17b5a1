/** What all parts of the desk share: the room, what is open, what was just done and how to undo it. */
import { computed, signal } from "@preact/signals";
import type { Answer } from "../outbox";
import type { Room } from "../room";
import { placeOf } from "../select";
import type { Timing } from "../timing";
import type { ClockChange, Command } from "../wire";
import { t } from "../words";
import { desk as words } from "../words/moderator";
import { announce, CHANGE_ID, undoableMs, undoOf } from "./changes";
import { isCounted, Watch } from "./hints";

export type Tab = "live" | "trays" | "decisions";
/** The pages of the phone, side by side. */
export const PAGES = ["live", "plan", "people", "screen"] as const;
export type PageName = (typeof PAGES)[number];
export type SheetName =
  | "links"
  | "close"
  | "keys"
  | "time"
  | "insert"
  | "name"
  | "result"
  | "menu"
  | "plan"
  | "people"
  | "everybody"
  | "screen"
  | "stage"
  | "phone";

export interface Said {
  readonly text: string;
  readonly undo: (() => void) | null;
}

interface Told {
  readonly text: string;
  /** What takes it back; it may need the ids that the command made. */
  readonly undo?: ((made: readonly number[]) => readonly Order[]) | undefined;
}
/** A command with its words. */
export type Order = readonly [Command, ...string[]];

const UNDO_MS = 10_000;

export class Desk {
  readonly room: Room;
  readonly timing: Timing;
  readonly watch: Watch;
  readonly tab = signal<Tab>("live");
  readonly page = signal<PageName>("live");
  readonly sheet = signal<SheetName | null>(null);
  /** The card whose deeds are open. */
  readonly opened = signal(0);
  /** The step after which a new one goes in; 0: after the current one. */
  readonly insertAfter = signal(0);
  private readonly deed = signal<(Said & { readonly at_ms: number }) | null>(null);

  constructor(room: Room, timing: Timing) {
    this.room = room;
    this.timing = timing;
    this.watch = new Watch(room);
  }

  readonly online = computed(() => this.room.socket.link.value.state === "online");

  open(sheet: SheetName | null): void {
    this.sheet.value = sheet;
  }

  /** Gives a command; once it is done, says so and offers to undo it. */
  async act(command: Command, told?: Told, words: readonly string[] = []): Promise<Answer> {
    const answer = await this.room.do(command, words);
    if (answer.ok && told) this.tell(told, answer.made);
    if (!answer.ok && answer.code === "already_moved") this.lostTheRace();
    return answer;
  }

  /** What was done last, by whom, and how to undo it: for some seconds. */
  readonly said = computed<Said | null>(() => {
    const now = this.room.clock.ticking.value;
    const deed = this.deed.value;
    const change = this.room.replica.room.one("clock_change", CHANGE_ID);
    if (deed && now - deed.at_ms < UNDO_MS && deed.at_ms >= (change?.at_ms ?? 0)) return deed;
    if (this.room.facts.value?.closed_ms) return null;
    if (!change || now - change.at_ms >= undoableMs(change)) return null;
    return { text: announce(change), undo: this.undo(this.opposite(change)) };
  });

  private tell({ text, undo }: Told, made: readonly number[]): void {
    const take = undo && this.once(() => void this.takeBack(undo(made)));
    this.deed.value = { text, at_ms: this.room.clock.now(), undo: take ?? null };
  }

  private async takeBack(orders: readonly Order[]): Promise<void> {
    for (const [command, ...words] of orders) {
      const answer = await this.room.do(command, words);
      if (!answer.ok) return;
    }
  }

  private opposite(change: ClockChange): Command | null {
    if (change.what === "stopped" && isCounted(this.room)) return null;
    return undoOf(change, this.canGoBack());
  }

  private undo(command: Command | null): (() => void) | null {
    return command && (() => void this.act(command));
  }

  private once(act: () => void): () => void {
    return () => {
      this.deed.value = null;
      act();
    };
  }

  /** Somebody else pressed the same button a moment before: nothing is wrong. */
  private lostTheRace(): void {
    const name = this.room.replica.room.one("clock_change", CHANGE_ID)?.name;
    this.room.refusal.value = null;
    const text = t(words.movedAlready, name || t(words.somebody));
    this.deed.value = { text, undo: null, at_ms: this.room.clock.now() };
  }

  canGoBack(): boolean {
    const step = this.room.step.value;
    return step !== undefined && placeOf(this.room, step) > 1;
  }
}
