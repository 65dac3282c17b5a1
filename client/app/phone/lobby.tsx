/** Before the beginning: one's seat at the table, who comes, the goal, and what is next. */
import type { ComponentChildren } from "preact";
import { asTime, secondsLeft } from "../clock";
import { Icon, type IconName } from "../icons";
import type { Room } from "../room";
import { testId } from "../testids";
import { MODERATORS, ROLE } from "../wire";
import { atTime, both, count, t } from "../words";
import { common } from "../words/common";
import { phone } from "../words/phone";
import { around } from "../words/room";
import { ahead, endOf } from "./plan";
import { useSecond } from "./second";
import { shapeOfPeople, Table, TableRim, type Voices } from "./table";
import { startsOn } from "./when";

const MINUTE_MS = 60_000;
const HOUR_MIN = 60;
/** The rim of the table begins to shrink so long before the start. */
const RIM_MS = 15 * MINUTE_MS;
/** Before that a time of day says more than a countdown. */
const COUNTDOWN_MS = 60 * MINUTE_MS;
const NOT_AT_TABLE = MODERATORS | ROLE.stage;

export function Lobby({ room }: { room: Room }) {
  const name = room.me.value?.name;
  return (
    <>
      <main class="page lobby" {...testId("lobby")}>
        <Gathering room={room} />
        {name && <h1>{t(phone.seatTaken, name)}</h1>}
        <p class="lead-in" role="status">
          {peopleWords(room)} {expectedWords(room)}
        </p>
        <Facts room={room} />
      </main>
      <footer class="foot">
        <p class="quiet">{t(phone.nothingToDo)}</p>
      </footer>
    </>
  );
}

/** People at the table by role; this person too, even before the server has counted her. */
function voicesHere(room: Room): Voices {
  const told = room.present.value.voices
    .filter(([role]) => !(role & NOT_AT_TABLE))
    .map(([role, online]) => [role, online] as const);
  const me = room.seat.value ? room.role.value : 0;
  if (!me || told.some(([role, people]) => role === me && people > 0)) return told;
  return [...told.filter(([role]) => role !== me), [me, 1]];
}

function peopleHere(room: Room): number {
  return voicesHere(room).reduce((sum, [, people]) => sum + people, 0);
}

/** Nothing until the server has counted. */
function peopleWords(room: Room): string {
  const counted = room.present.value.voices.length > 0;
  return counted ? `${count(phone.atTable, peopleHere(room))}.` : "";
}

function expectedWords(room: Room): string {
  const names = room.replica.room
    .all("department")
    .filter((department) => department.expected && department.name)
    .map((department) => department.name);
  return names.length ? t(around.expected, names.join(", ")) : "";
}

function Gathering({ room }: { room: Room }) {
  const voices = voicesHere(room);
  const people = peopleHere(room);
  const each = shapeOfPeople(people);
  const me = room.seat.value ? room.role.value : 0;
  const label = [count(phone.atTable, people), me ? t(around.yourSeat) : ""].filter(Boolean);
  return (
    <>
      <Table voices={voices} me={me} label={label.join(". ")} rim={<Rim room={room} />}>
        <Start room={room} />
      </Table>
      {each > 1 && <p class="lobby__scale">{count(around.perShape, each)}</p>}
    </>
  );
}

/** The planned beginning, and how far it is from now; both 0 where none is planned. */
function useStart(room: Room) {
  const now = useSecond(room);
  const starts = room.facts.value?.starts_ms ?? 0;
  return { starts, left: starts ? starts - now : 0 };
}

function Rim({ room }: { room: Room }) {
  const { starts, left } = useStart(room);
  const share = starts ? Math.min(1, Math.max(0, left / RIM_MS)) : 1;
  return <TableRim share={share} />;
}

/** When we begin, on the table. */
function Start({ room }: { room: Room }) {
  const { starts, left } = useStart(room);
  if (!starts) return <b class="table__word">{t(around.gathering)}</b>;
  if (left <= 0) return <b class="table__word">{t(around.startsNow)}</b>;
  if (left > COUNTDOWN_MS) {
    return (
      <>
        <span class="soft">{startsOn(starts, starts - left)}</span>
        <b class="num">{atTime(starts)}</b>
      </>
    );
  }
  return (
    <>
      <span class="soft">{t(around.startsIn)}</span>
      <b class="num tn" role="timer">
        {asTime(secondsLeft(left, 0))}
      </b>
    </>
  );
}

function Facts({ room }: { room: Room }) {
  const plan = ahead(room, room.clock.now());
  const goal = room.facts.value?.goal;
  const first = both(plan[0]?.step.name);
  return (
    <ul class="rows">
      {goal && (
        <Row icon="right">
          <b>{t(phone.goal)}</b> <span dir="auto">{goal}</span>
        </Row>
      )}
      {plan.length > 0 && <Row icon="clock">{howLong(room)}</Row>}
      {first && <Row icon="pen">{t(around.first, first)}</Row>}
    </ul>
  );
}

function Row({ icon, children }: { icon: IconName; children: ComponentChildren }) {
  return (
    <li>
      <Icon name={icon} />
      <p>{children}</p>
    </li>
  );
}

/** "Three hours, until 17:30. Break at 16:02." where a start is planned, else only how long. */
function howLong(room: Room): string {
  const plan = ahead(room, room.clock.now());
  const whole = duration(plan.reduce((sum, { step }) => sum + step.planned_ms, 0));
  if (!room.facts.value?.starts_ms) return t(around.lasts, whole);
  const rest = plan.find(({ step }) => step.kind === "break");
  const end = t(around.endsAt, capital(whole), atTime(endOf(room, room.clock.now())));
  return rest ? `${end} ${t(around.breakAt, atTime(rest.at_ms))}` : end;
}

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

function duration(ms: number): string {
  const minutes = Math.round(ms / MINUTE_MS);
  const hours = Math.floor(minutes / HOUR_MIN);
  const rest = minutes % HOUR_MIN;
  const parts = [
    hours > 0 && count(around.hours, hours),
    (rest > 0 || hours === 0) && count(common.minutes, rest),
  ];
  return parts.filter(Boolean).join(" ");
}
