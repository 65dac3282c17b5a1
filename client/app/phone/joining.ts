/** What the form of joining holds, checks and sends. Name and department outlive a reload. */
import { computed, signal } from "@preact/signals";
import type { Room } from "../room";
import type { RefusalCode } from "../wire";
import { fetchRefusals, refusal, t } from "../words";
import { phone } from "../words/phone";
import { isUnderWay, markLate } from "./late";
import { namedAnew, nameProblem, type Place, rolesIn } from "./person";

export interface Problem {
  readonly at: "name" | "role" | "all";
  readonly text: string;
}

export class Joining {
  readonly department = signal(0);
  readonly place = signal<Place>("onsite");
  /** The role chosen, where the link leaves it open. */
  readonly role = signal(0);
  readonly problem = signal<Problem | null>(null);
  /** Whether the server said that nobody more can come in. */
  readonly full = signal(false);
  /** Whether it is under way, perhaps since before a reload. */
  readonly busy = computed(() =>
    this.room.outbox.entries.value.some((entry) => entry.command[0] === "join"),
  );
  private readonly room: Room;

  constructor(room: Room) {
    this.room = room;
  }

  get open(): boolean {
    return rolesIn(this.room.linkRoles.value).length > 1;
  }

  get name(): string {
    return this.room.drafts.get(0, "name");
  }

  /** A department that is not in the list. */
  get named(): string {
    return this.room.drafts.get(0, "department");
  }

  write(what: "name" | "department", text: string): void {
    this.problem.value = null;
    this.room.drafts.set(0, what, text);
  }

  choose(role: number): void {
    this.problem.value = null;
    this.role.value = role;
  }

  /** Sends it if nothing is wrong, and takes what the server says. */
  async enter(): Promise<void> {
    if (this.busy.peek()) return;
    this.problem.value = this.check();
    if (this.problem.peek()) return;
    const late = isUnderWay(this.room);
    const answer = await this.send();
    this.dropReturned();
    if (answer.ok && late) markLate(this.room);
    if (!answer.ok) await this.refused(answer.code);
  }

  private check(): Problem | null {
    const wrong = nameProblem(this.name);
    if (wrong) return { at: "name", text: wrong };
    return this.open && !this.role.peek() ? { at: "role", text: t(phone.roleNeeded) } : null;
  }

  private send() {
    const department = this.department.peek();
    const named = namedAnew(this.room, department, this.named);
    const [place, role] = [this.place.peek(), this.role.peek()];
    return this.room.join(this.name.trim(), Math.max(0, department), named, place, role);
  }

  private async refused(code: RefusalCode): Promise<void> {
    this.full.value = code === "room_full";
    await fetchRefusals();
    const noName = code === "missing_words";
    const text = noName ? t(phone.nameNeeded) : refusal(code);
    this.problem.value = { at: noName ? "name" : "all", text };
  }

  /** The form still holds the words. */
  private dropReturned(): void {
    for (const one of this.room.outbox.returned.peek()) {
      if (one.command[0] === "join") this.room.outbox.forget(one);
    }
  }
}
