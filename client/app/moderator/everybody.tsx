/** All people by name, for three of them or three hundred. */
import { useState } from "preact/hooks";
import { VoiceMark } from "../icons";
import { Button, Sheet } from "../parts";
import type { Room } from "../room";
import { testId } from "../testids";
import { type Command, commands, MODERATORS, type Seat } from "../wire";
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
  const [leaving, setLeaving] = useState(false);
  const state = done === undefined ? words.away : done ? words.isDone : words.online;
  const notes = [departmentOf(desk.room, seat), seat.place === "remote" && t(words.remote)];
  return (
    <li {...testId("seat")}>
      <span class={done === undefined ? "faint" : ""}>
        {seat.name ?? t(common.erased)}
        <small>{notes.filter(Boolean).join(", ")}</small>
      </span>
      <span class="ok">{t(state)}</span>
      {(seat.role & MODERATORS) === 0 && (
        <button
          type="button"
          class="plain"
          aria-expanded={leaving}
          aria-label={`${t(words.removeSeat)}: ${seat.name ?? ""}`}
          onClick={() => setLeaving(!leaving)}
          {...testId("seat-remove")}
        >
          {t(words.removeSeat)}
        </button>
      )}
      {leaving && <Leaving desk={desk} seat={seat} onDone={() => setLeaving(false)} />}
    </li>
  );
}

/** What cannot be undone from here is said before it is done. */
function Leaving({ desk, seat, onDone }: { desk: Desk; seat: Seat; onDone: () => void }) {
  const [sure, setSure] = useState(false);
  const name = seat.name ?? "";
  const give = (command: Command, text: string) => {
    onDone();
    void desk.act(command, { text });
  };
  return (
    <div class="folk__out">
      <p class="soft">{t(sure ? words.eraseLead : words.removeLead)}</p>
      <div class="card__deeds">
        <Button
          id="seat-remove-sure"
          onPress={() => give(commands.removeSeat(seat.id), t(words.removed, name))}
        >
          {t(words.removeSure)}
        </Button>
        <Button
          id="seat-erase"
          onPress={() =>
            sure ? give(commands.erasePerson(seat.id), t(words.erasedPerson)) : setSure(true)
          }
        >
          {t(sure ? words.eraseSure : words.erase)}
        </Button>
        <Button id="cancel" look="bare" onPress={onDone}>
          {t(common.cancel)}
        </Button>
      </div>
    </div>
  );
}
