/** All people by name, for three of them or three hundred. */
import { useState } from "preact/hooks";
import { VoiceMark } from "../icons";
import { Sheet } from "../parts";
import type { Room } from "../room";
import { testId } from "../testids";
import { commands, MODERATORS, type Seat } from "../wire";
import { count, t } from "../words";
import { common, roleNames } from "../words/common";
import { desk as words } from "../words/moderator";
import type { Desk } from "./desk";
import { Find, matches } from "./find";

export function Everybody({ desk }: { desk: Desk }) {
  const [sought, setSought] = useState("");
  const { room } = desk;
  const seats = room.replica.room.all("seat").filter((seat) => seat.state === "here");
  const found = seats.filter((seat) => matches(sought, seat.name, departmentOf(room, seat)));
  const roles = [...new Set(found.map((seat) => seat.role))].sort((a, b) => a - b);
  return (
    <Sheet title={count(words.peopleCount, seats.length)} onClose={() => desk.open(null)}>
      <Find label={t(words.findPerson)} value={sought} onText={setSought} />
      {roles.map((role) => (
        <RoleGroup
          key={role}
          desk={desk}
          role={role}
          seats={found.filter((s) => s.role === role)}
        />
      ))}
      {seats.length === 0 && <p class="soft">{t(words.nobodyYet)}</p>}
    </Sheet>
  );
}

const departmentOf = (room: Room, seat: Seat): string =>
  room.replica.room.one("department", seat.department)?.name ?? "";

function RoleGroup(props: { desk: Desk; role: number; seats: readonly Seat[] }) {
  const { desk, role, seats } = props;
  const states = new Map(desk.room.present.value.seats);
  return (
    <section class="folk">
      <h3>
        <VoiceMark role={role} />
        {t(roleNames[role] ?? ["", ""])}
        <span class="num">{seats.length}</span>
      </h3>
      <ul>
        {seats.map((seat) => (
          <Person key={seat.id} desk={desk} seat={seat} done={states.get(seat.id)} />
        ))}
      </ul>
    </section>
  );
}

function Person({ desk, seat, done }: { desk: Desk; seat: Seat; done: boolean | undefined }) {
  const state = done === undefined ? words.away : done ? words.isDone : words.online;
  const notes = [departmentOf(desk.room, seat), seat.place === "remote" && t(words.remote)];
  return (
    <li {...testId("seat")}>
      <span class={done === undefined ? "faint" : ""}>
        {seat.name ?? t(common.erased)}
        <small>{notes.filter(Boolean).join(", ")}</small>
      </span>
      <span class="ok">{t(state)}</span>
      {(seat.role & MODERATORS) === 0 && <Remove desk={desk} seat={seat} />}
    </li>
  );
}

/** Showing somebody out cannot be undone from here, so it is asked once, in the button itself. */
function Remove({ desk, seat }: { desk: Desk; seat: Seat }) {
  const [sure, setSure] = useState(false);
  const name = seat.name ?? "";
  const remove = () =>
    void desk.act(commands.removeSeat(seat.id), { text: t(words.removed, name) });
  return (
    <button
      type="button"
      class={sure ? "plain warn" : "plain"}
      aria-label={`${t(sure ? words.removeSure : words.removeSeat)}: ${name}`}
      onClick={() => (sure ? remove() : setSure(true))}
      onBlur={() => setSure(false)}
      {...testId("seat-remove")}
    >
      {t(sure ? words.removeSure : words.removeSeat)}
    </button>
  );
}
