/** The rooms that are run from this device, as they stand. */
import { useEffect, useState } from "preact/hooks";
import { Icon } from "../icons";
import { Button } from "../parts";
import { fetchResult, type Result } from "../result/data";
import { shortDay } from "../result/text";
import { testId } from "../testids";
import { atTime, count, type Pair, t } from "../words";
import { home } from "../words/home";
import { deskOf, forgetRoom, type Mine, myRooms } from "./rooms";

const SHOWN = 30;

export function MyRooms() {
  const [rooms, setRooms] = useState(myRooms);
  const [gone, setGone] = useState<{ room: Mine; back: () => void } | null>(null);
  const forget = (room: Mine) => {
    setGone({ room, back: forgetRoom(room) });
    setRooms(myRooms());
  };
  const undo = () => {
    gone?.back();
    setGone(null);
    setRooms(myRooms());
  };
  return (
    <section class="mine">
      <h2>
        {t(home.mine)} {rooms.length > 0 && <span class="num">{rooms.length}</span>}
      </h2>
      <ul>
        {rooms.slice(0, SHOWN).map((room) => (
          <Row key={room.code} room={room} onForget={() => forget(room)} />
        ))}
      </ul>
      <p class="mine__gone" role="status">
        {gone && t(home.forgotten, gone.room.title || gone.room.code)}{" "}
        {gone && (
          <Button id="home-undo" look="text" onPress={undo}>
            {t(home.undo)}
          </Button>
        )}
      </p>
      {rooms.length === 0 && <p class="soft">{t(home.none)}</p>}
      <Demo />
    </section>
  );
}

function Demo() {
  return (
    <p class="demo">
      {t(home.demo)} <code>make demo</code> <code>oneroom demo</code>
    </p>
  );
}

/** A room as the server tells it; why it does not, as a sentence. */
function useStanding(room: Mine): [Result | null, string] {
  const [result, setResult] = useState<Result | null>(null);
  const [problem, setProblem] = useState("");
  useEffect(() => {
    fetchResult(room.code, room.token).then(setResult, (why: Error) => setProblem(why.message));
  }, [room.code, room.token]);
  return [result, problem];
}

function Row({ room, onForget }: { room: Mine; onForget: () => void }) {
  const [result, problem] = useStanding(room);
  const title = result?.title || room.title || room.code;
  return (
    <li {...testId("home-room")}>
      <span class="soft num">{result ? dayOf(result) : ""}</span>
      <b dir="auto">{title}</b>
      <span class="soft num">
        {result && result.counts.people > 0 && count(home.people, result.counts.people)}
      </span>
      <span class="soft num">{problem || (result && <Standing result={result} />)}</span>
      <a class="btn" href={deskOf(room)} {...testId("home-room-open")}>
        {t(wayIn(result))}
        <span class="sr">: {title}</span>
      </a>
      <a class="btn btn--bare" href={`#${room.code}`} {...testId("home-room-links")}>
        <Icon name="link" />
        <span class="sr">
          {t(home.linksOf)}: {title}
        </span>
      </a>
      <Button id="home-forget" look="bare" label={t(home.forget, title)} onPress={onForget}>
        <Icon name="cross" />
      </Button>
    </li>
  );
}

function wayIn(result: Result | null): Pair {
  if (!result) return home.open;
  if (result.state === "over") return home.result;
  return result.state === "lobby" ? home.prepare : home.run;
}

/** How far the room has come: its state, or its signatures. */
function Standing({ result }: { result: Result }) {
  const { signed, decisions } = result.counts;
  if (decisions > 0) return <Deeds signed={signed} decisions={decisions} />;
  if (result.state === "over") return t(home.over);
  return t(result.state === "lobby" ? home.lobby : home.going);
}

const MOST_DRAWN = 8;

function Deeds({ signed, decisions }: { signed: number; decisions: number }) {
  const drawn = Array.from({ length: Math.min(decisions, MOST_DRAWN) }, (_, n) => n);
  return (
    <span class="deeds">
      {drawn.map((n) => (
        <i key={n} class={n < signed ? "" : "o"} />
      ))}
      <span>{t(home.signedOf, signed, decisions)}</span>
    </span>
  );
}

/** When it begins or began: "today, 14:30", "25 November, 10:00". */
function dayOf(result: Result): string {
  const ms = result.started_ms || result.starts_ms;
  if (!ms) return "";
  const day = new Date(ms);
  if (day.toDateString() === new Date().toDateString()) return t(home.today, atTime(ms));
  return t(home.onDay, shortDay(ms), atTime(ms));
}
