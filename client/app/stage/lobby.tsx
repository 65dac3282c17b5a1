/** Before the beginning: the way in, large; the table filling up; who is here and who is expected. */
import { useComputed } from "@preact/signals";
import { asTime, secondsLeft } from "../clock";
import type { Room } from "../room";
import { testId } from "../testids";
import { ROLE } from "../wire";
import { atTime, t } from "../words";
import { stage } from "../words/stage";
import { useBeat } from "./beat";
import { WayIn } from "./foot";
import type { SceneProps } from "./scene";
import { Table } from "./table";
import { Mark, present, voiceName } from "./voices";

/** The rim is whole until so long before the beginning. */
const RIM_S = 600;
const HOUR_S = 3600;
const SEAT = 18;

export function Lobby({ room, box, tall, door }: SceneProps) {
  const expected = room.replica.room.all("coverage").filter((one) => one.joined === 0).length;
  const left = useComputed(() => secondsToStart(room)).value;
  return (
    <div class="st-lobby">
      <WayIn room={room} door={door} />
      <Table
        voices={present(room)}
        kept={expected}
        radius={SEAT}
        rim={left > 0 ? Math.min(1, left / RIM_S) : undefined}
      >
        {() => <Start room={room} left={left} />}
      </Table>
      <Come room={room} height={tall ? TALL_LIST : box.height} />
    </div>
  );
}

/** Seconds until the planned beginning; 0 where none is planned or it has passed. */
function secondsToStart(room: Room): number {
  const starts = room.facts.value?.starts_ms ?? 0;
  return starts ? secondsLeft(starts, room.clock.ticking.value) : 0;
}

function Start({ room, left }: { room: Room; left: number }) {
  const starts = room.facts.value?.starts_ms ?? 0;
  if (left > HOUR_S) return <Said small={t(stage.startsAt)} large={atTime(starts)} />;
  if (left > 0) return <Said small={t(stage.startsIn)} large={asTime(left)} timer />;
  const { online } = room.present.value;
  if (online === 0)
    return (
      <p class="st-start is-empty">
        <span>{t(stage.first)}</span>
      </p>
    );
  return <Said small={t(starts ? stage.soon : stage.here)} large={String(online)} />;
}

function Said({ small, large, timer }: { small: string; large: string; timer?: boolean }) {
  return (
    <p class="st-start">
      <span>{small}</span>
      <b {...(timer ? ({ role: "timer" } as const) : {})}>{large}</b>
    </p>
  );
}

/** As high as the code and what stands below it. */
const TALL_LIST = 500;
const HEAD = 62;
const ROW = 62;
const PAGE_MS = 8_000;

interface Row {
  readonly id: string;
  readonly name: string;
  readonly people: number;
  /** Whose shape stands in the row; 0 for a department, which is of several. */
  readonly mask: number;
}

/** Departments are words of the staff; where the stage may not read them, only voices are shown. */
function rowsOf(room: Room): readonly Row[] {
  const table = room.replica.room;
  const departments = table.all("coverage").flatMap((one): Row[] => {
    const name = table.one("department", one.id)?.name;
    return name ? [{ id: `d${one.id}`, name, people: one.joined, mask: 0 }] : [];
  });
  const staff = departments.length > 0 ? STAFF : 0;
  const voices = present(room)
    .filter(([role, people]) => role && people && !(role & staff))
    .map(
      ([role, people]): Row => ({
        id: `v${role}`,
        name: capital(voiceName(role)),
        people,
        mask: role,
      }),
    );
  const here = [...departments.filter((one) => one.people), ...voices];
  return [...here, ...departments.filter((one) => !one.people)];
}

const STAFF = ROLE.member | ROLE.lead;

const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);

function Come({ room, height }: { room: Room; height: number }) {
  const rows = rowsOf(room);
  const most = Math.max(1, Math.floor((height - HEAD) / ROW));
  const pages = Math.max(1, Math.ceil(rows.length / most));
  const page = useBeat(PAGE_MS) % pages;
  return (
    <section class="st-come">
      <h2>
        {t(stage.table)}
        <span {...testId("stage-count")}>{room.present.value.online}</span>
        {pages > 1 && <i>{t(stage.page, page + 1, pages)}</i>}
      </h2>
      <ul>
        {rows.slice(page * most, (page + 1) * most).map((row) => (
          <ComeRow key={row.id} row={row} />
        ))}
      </ul>
    </section>
  );
}

const MOST_MARKS = 6;

function ComeRow({ row }: { row: Row }) {
  const marks = row.mask && row.people <= MOST_MARKS ? row.people : 0;
  return (
    <li class={row.people ? "" : "is-missing"}>
      <span>{row.name}</span>
      <span class="st-come__n">
        {!row.people && t(stage.waitingFor)}
        {Array.from({ length: marks }, (_, i) => (
          <Mark key={i} mask={row.mask} />
        ))}
        {row.people > 0 && marks === 0 && row.people}
      </span>
    </li>
  );
}
