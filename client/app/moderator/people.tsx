/** Who is here: by role, by department, and who has raised a hand. */
import { VoiceMark } from "../icons";
import { Button } from "../parts";
import type { Room } from "../room";
import { testId } from "../testids";
import { commands, type Hand, MODERATORS, type Seat } from "../wire";
import { t } from "../words";
import { common, roleNames } from "../words/common";
import { desk } from "../words/moderator";

export function People({ room }: { room: Room }) {
  const seats = room.replica.room.all("seat").filter((seat) => seat.state === "here");
  const roles = [...new Set(seats.map((seat) => seat.role))].sort((a, b) => a - b);
  const { online, done } = room.present.value;
  return (
    <aside class="r" aria-label={t(desk.people)}>
      <Hands room={room} />
      <h2>
        {t(desk.people)}
        <span class="num">{t(desk.doneOf, done, online)}</span>
      </h2>
      {roles.map((role) => (
        <RoleGroup
          key={role}
          room={room}
          role={role}
          seats={seats.filter((s) => s.role === role)}
        />
      ))}
      <Coverage room={room} />
    </aside>
  );
}

function RoleGroup({ room, role, seats }: { room: Room; role: number; seats: readonly Seat[] }) {
  const states = new Map(room.present.value.seats);
  return (
    <details class="ppl" open={seats.length <= 12}>
      <summary>
        <VoiceMark role={role} />
        {t(roleNames[role] ?? ["", ""])}
        <span class="num">
          {seats.filter((seat) => states.get(seat.id)).length} / {seats.length}
        </span>
      </summary>
      <ul>
        {seats.map((seat) => (
          <Person key={seat.id} room={room} seat={seat} done={states.get(seat.id)} />
        ))}
      </ul>
    </details>
  );
}

function Person({ room, seat, done }: { room: Room; seat: Seat; done: boolean | undefined }) {
  const state = done === undefined ? desk.away : done ? desk.isDone : desk.online;
  const department = room.replica.room.one("department", seat.department)?.name;
  return (
    <li {...testId("seat")}>
      <span class={done === undefined ? "faint" : ""}>
        {seat.name ?? t(common.erased)}
        {department && <small>{department}</small>}
      </span>
      <span class="ok">{t(state)}</span>
      {(seat.role & MODERATORS) === 0 && (
        <button
          type="button"
          class="ppl__out"
          aria-label={`${t(desk.removeSeat)}: ${seat.name ?? ""}`}
          title={t(desk.removeSeat)}
          onClick={() => void room.do(commands.removeSeat(seat.id))}
          {...testId("seat-remove")}
        >
          ×
        </button>
      )}
    </li>
  );
}

/** Expected departments first of all by who is missing. */
function Coverage({ room }: { room: Room }) {
  const joined = new Map(room.replica.room.all("coverage").map((one) => [one.id, one.joined]));
  const departments = room.replica.room.all("department");
  const missing = departments.filter((one) => one.expected && !joined.get(one.id));
  if (departments.length === 0) return null;
  return (
    <section {...testId("coverage")}>
      <h2>
        {t(desk.coverage)}
        <span class="num">{departments.length}</span>
      </h2>
      <p class={missing.length ? "warn" : "soft"}>
        {missing.length
          ? t(desk.missing, missing.map((one) => one.name ?? "").join(", "))
          : t(desk.allHere)}
      </p>
      <ul class="deps">
        {departments.map((one) => (
          <li key={one.id}>
            <span>{one.name}</span>
            <span class="num">{joined.get(one.id) ?? 0}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Hands({ room }: { room: Room }) {
  const hands = [...room.replica.room.all("hand")].sort((a, b) => a.turn - b.turn);
  if (hands.length === 0) return null;
  return (
    <section class="hands">
      <h2>
        {t(desk.hands)}
        <span class="num">{hands.length}</span>
      </h2>
      <ul>
        {hands.map((hand) => (
          <Raised key={hand.id} room={room} hand={hand} />
        ))}
      </ul>
    </section>
  );
}

function Raised({ room, hand }: { room: Room; hand: Hand }) {
  return (
    <li {...testId("hand")}>
      <VoiceMark role={hand.role} />
      <b>{hand.name}</b>
      <Button
        id="give-floor"
        onPress={() => void room.do(commands.giveFloor(hand.floor ? 0 : hand.id))}
      >
        {t(hand.floor ? desk.endFloor : desk.giveFloor)}
      </Button>
    </li>
  );
}
