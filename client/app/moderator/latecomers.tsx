/** Who came after the session had begun: said once, quietly. */
import { effect, signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Room } from "../room";
import { testId } from "../testids";
import { MODERATORS } from "../wire";
import { atTime, t } from "../words";
import { desk as words } from "../words/moderator";
import type { Desk } from "./desk";

export interface Late {
  readonly seat: number;
  readonly name: string;
  readonly at_ms: number;
}

const MOST = 4;

/** Seats that appear while the session runs; those that were there at the first view are not late. */
export class Latecomer {
  readonly list = signal<readonly Late[]>([]);
  private known: Set<number> | null = null;

  look(room: Room): void {
    if (!room.ready.value) return;
    const began = (room.agenda.value?.current ?? 0) !== 0;
    const seats = room.replica.room.all("seat");
    const fresh = this.known ? seats.filter((seat) => !this.known?.has(seat.id)) : [];
    this.known = new Set(seats.map((seat) => seat.id));
    const late = fresh.filter((seat) => began && (seat.role & MODERATORS) === 0);
    if (late.length === 0) return;
    const at_ms = room.clock.now();
    const named = late.map((seat) => ({ seat: seat.id, name: seat.name ?? "", at_ms }));
    this.list.value = [...named.reverse(), ...this.list.peek()].slice(0, MOST);
  }
}

const latecomer = new Latecomer();

export function Latecomers({ desk }: { desk: Desk }) {
  useEffect(() => effect(() => latecomer.look(desk.room)), [desk]);
  const list = latecomer.list.value;
  if (list.length === 0) return null;
  return (
    <section>
      <h2>
        {t(words.notice)}
        <button
          type="button"
          class="plain"
          onClick={() => {
            latecomer.list.value = [];
          }}
        >
          {t(words.noticed)}
        </button>
      </h2>
      <ul class="ppl ppl--a">
        {list.map((one) => (
          <li key={one.seat} {...testId("late-joined")}>
            <span>{t(words.joinedLate, one.name)}</span>
            <span class="faint num">{atTime(one.at_ms)}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
