/** The result of the room, during the session and after: a document on a desk, a list on a phone. */
import "@fontsource-variable/golos-text";
import "@fontsource-variable/literata";
import { useEffect, useRef, useState } from "preact/hooks";
import { Icon } from "../icons";
import { Button } from "../parts";
import type { Room } from "../room";
import "../styles/result.css";
import { testId } from "../testids";
import { atTime, count, t } from "../words";
import { result as words } from "../words/result";
import { saveDay } from "./calendar";
import { Clause } from "./clause";
import { type Decided, download, type Kind, type Result } from "./data";
import { useResult } from "./live";
import { printPaper, useOwnPaper } from "./paper";
import { Ideas, Next, Parking, Shares, Times, Votes } from "./sections";
import { headline, inMinutes, isOpen, isTaken, longDay, onIso, said } from "./text";

interface Props {
  readonly room: Room;
  /** A word to the person before everything else. */
  readonly thanks?: string;
}

export function ResultPage({ room, thanks }: Props) {
  const { result, problem } = useResult(room);
  const paper = useRef<HTMLElement>(null);
  useOwnPaper(paper);
  const soon = useSoon(result !== null);
  if (!result) return <Waiting problem={problem} />;
  const mine = ownOf(room, result);
  return (
    <>
      <section class="doc" ref={paper} aria-label={t(words.title)} {...testId("result")}>
        <div class="doc__in">
          {problem && (
            <p class="doc__stale" role="status">
              {t(words.stale, atTime(result.at_ms), problem)}
            </p>
          )}
          {thanks && (
            <p class="doc__thanks" dir="auto">
              {thanks}
            </p>
          )}
          <Mast room={room} result={result} />
          <Decisions result={result} mine={mine} />
          {soon && <Rest result={result} />}
        </div>
      </section>
      <Reminder result={result} mine={mine} />
    </>
  );
}

/** What lies below the first screen, once that has been drawn. */
function Rest({ result }: { result: Result }) {
  return (
    <>
      <Shares result={result} />
      <Ideas result={result} />
      <Votes result={result} />
      <Parking result={result} />
      <Times result={result} />
      {result.state === "over" && <Next result={result} />}
    </>
  );
}

/** False for the first drawing, so that a slow phone shows the decisions before it draws on. */
function useSoon(ready: boolean): boolean {
  const [soon, setSoon] = useState(false);
  useEffect(() => {
    if (!ready) return;
    const timer = setTimeout(() => setSoon(true));
    return () => clearTimeout(timer);
  }, [ready]);
  return soon;
}

function Waiting({ problem }: { problem: string }) {
  return (
    <section class="doc" aria-label={t(words.title)} {...testId("result")}>
      <h1 class="sr">{t(words.title)}</h1>
      <p class="doc__wait" role="status">
        {problem || t(words.loading)}
      </p>
    </section>
  );
}

/** The numbers of the decisions that this person has taken. */
function ownOf(room: Room, result: Result): ReadonlySet<number> {
  const seat = room.seat.value;
  const table = room.replica.room;
  const own = (one: Decided) => seat !== 0 && table.one("decision", one.id)?.owner === seat;
  return new Set(
    result.decisions.filter((one) => isTaken(one) && own(one)).map((one) => one.number),
  );
}

function Mast({ room, result }: { room: Room; result: Result }) {
  const day = longDay(result.started_ms || result.starts_ms || result.at_ms);
  const state = result.state === "lobby" ? words.before : words.going;
  return (
    <header class="doc__mast">
      <p class="doc__meta">
        <span dir="auto">{said(result.title)}</span>
        <span>{day}</span>
        {result.state !== "over" && <span>{t(state)}</span>}
      </p>
      <Takeaway room={room} />
      <h1>{headline(result)}</h1>
      {result.goal !== "" && <p class="doc__goal">{t(words.goal, said(result.goal))}</p>}
      <Facts result={result} />
    </header>
  );
}

function Facts({ result }: { result: Result }) {
  const { people, cards, departments } = result.counts;
  const { planned_ms, real_ms } = result.time;
  return (
    <dl class="doc__facts">
      <Fact name={count(words.people, people)} value={String(people)} />
      {departments !== null && departments > 0 && (
        <Fact name={count(words.departments, departments)} value={String(departments)} />
      )}
      <Fact name={count(words.cards, cards)} value={String(cards)} />
      <Fact
        name={t(words.planFact)}
        value={t(words.planAndFact, inMinutes(planned_ms), inMinutes(real_ms))}
      />
    </dl>
  );
}

function Fact({ name, value }: { name: string; value: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd class="num">{value}</dd>
    </div>
  );
}

const FATES = ["awaiting", "nobody", "parked", "dropped"] as const;

function Decisions({ result, mine }: { result: Result; mine: ReadonlySet<number> }) {
  const taken = result.decisions.filter(isTaken);
  const own = taken.filter((one) => mine.has(one.number));
  const others = taken.filter((one) => !mine.has(one.number));
  const show = (list: readonly Decided[], title: string, look = "") => (
    <Clauses list={list} title={title} look={look} result={result} mine={mine} />
  );
  if (!result.decisions.length) return <Nothing result={result} />;
  return (
    <>
      {show(own, t(words.yours), "sr")}
      {show(others, t(own.length ? words.others : words.decisions), own.length ? "" : "sr")}
      {show(result.decisions.filter(isOpen), t(words.open))}
      {FATES.map((fate) =>
        show(
          result.decisions.filter((one) => one.state === fate),
          t(words[fate]),
        ),
      )}
    </>
  );
}

interface ClausesProps {
  readonly list: readonly Decided[];
  readonly title: string;
  /** `sr` where sighted people see what it is without a title. */
  readonly look: string;
  readonly result: Result;
  readonly mine: ReadonlySet<number>;
}

function Clauses({ list, title, look, result, mine }: ClausesProps) {
  if (!list.length) return null;
  return (
    <section class="clauses">
      <h2 class={look || "clauses__h"}>
        {title}
        {!look && <span class="num">{list.length}</span>}
      </h2>
      {list.map((one) => (
        <Clause key={one.id} one={one} result={result} mine={mine.has(one.number)} />
      ))}
    </section>
  );
}

function Nothing({ result }: { result: Result }) {
  if (result.state === "over") return null;
  return <p class="doc__nothing">{t(words.nothingYetLead)}</p>;
}

const FILES = [
  ["csv", words.csv, words.csvLong],
  ["md", words.md, words.mdLong],
  ["json", words.json, words.jsonLong],
] as const;

function Takeaway({ room }: { room: Room }) {
  const [problem, setProblem] = useState("");
  const take = (kind: Kind) => {
    setProblem("");
    download(room, kind).catch((why: Error) => setProblem(t(words.failed, why.message)));
  };
  return (
    <fieldset class="doc__bar" aria-label={t(words.take)}>
      {FILES.map(([kind, name, long]) => (
        <Button key={kind} id={`result-${kind}`} label={t(long)} onPress={() => take(kind)}>
          <Icon name="down" />
          {t(name)}
        </Button>
      ))}
      <Button id="result-print" look="act" onPress={() => void printPaper()}>
        <Icon name="print" />
        {t(words.print)}
      </Button>
      {problem && (
        <p class="field__err" role="alert">
          {problem}
        </p>
      )}
    </fieldset>
  );
}

/** On a phone, one's own day under the thumb. */
function Reminder({ result, mine }: { result: Result; mine: ReadonlySet<number> }) {
  const own = result.decisions.find((one) => mine.has(one.number) && one.state === "signed");
  if (!own) return null;
  const keep = () => saveDay(`${result.code}-${own.id}@oneroom`, own.due, said(own.what));
  return (
    <div class="foot doc__foot">
      <Button id="result-calendar" look="act" wide onPress={keep}>
        <Icon name="day" />
        {t(words.toCalendar, onIso(own.due))}
      </Button>
    </div>
  );
}
