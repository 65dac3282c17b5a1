/** What the stage shows for each kind of step. It has no controls. */
import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import { laneSections } from "../activities/reveal";
import { VoiceMark, voiceOf } from "../icons";
import type { RoomLink } from "../links";
import type { Room } from "../room";
import { decisions, groupName, itemsOf, laneName, shownCards, standing, textOf } from "../select";
import { Signature } from "../signature";
import { testId } from "../testids";
import type { Card, Decision, Step } from "../wire";
import { atTime, both, count, t } from "../words";
import { common } from "../words/common";
import { phone } from "../words/phone";
import { stage } from "../words/stage";
import { host } from "./frame";

export interface PanelProps {
  readonly room: Room;
  readonly step: Step;
}

export function LobbyPanel({ room, door }: { room: Room; door: RoomLink | null }) {
  return (
    <main class="doors">
      <div class="doors__qr">
        {door && <img src={door.qr} alt={`QR: ${host()}`} {...testId("stage-qr")} />}
        <span>{host()}</span>
        <b class="num" {...testId("stage-code")}>
          {room.session.code}
        </b>
      </div>
      <div class="doors__in">
        <b class="huge num" {...testId("stage-count")}>
          {room.present.value.online}
        </b>
        <span>{t(stage.join)}</span>
      </div>
      <Coverage room={room} />
    </main>
  );
}

/** Departments are words of the staff; where the stage may not read them, only counts are shown. */
function Coverage({ room }: { room: Room }) {
  const coverage = room.replica.room.all("coverage");
  const named = coverage.filter((one) => room.replica.room.one("department", one.id)?.name);
  if (named.length === 0) return <div />;
  return (
    <ul class="come">
      {named.map((one) => (
        <li key={one.id} class={one.joined ? "" : "miss"}>
          <span>{room.replica.room.one("department", one.id)?.name}</span>
          <span class="num">{one.joined || t(stage.waitingFor)}</span>
        </li>
      ))}
    </ul>
  );
}

const MOST_TILES = 120;

/** Cards face down on the table: a number, nobody's text. */
function Silent({ room, step }: PanelProps) {
  const lanes = room.replica.room.one("turnout", step.id)?.lanes ?? [];
  const cards = lanes.reduce((sum, n) => sum + n, 0);
  const { typing } = room.present.value;
  return (
    <main class="silent-table">
      <div class="silent-table__n">
        <b class="huge num" {...testId("stage-count")}>
          {cards}
        </b>
        <span>
          {count(stage.written, cards)}
          {typing > 0 && `, ${count(stage.typing, typing)}`}
        </span>
      </div>
      <div class="downs" aria-hidden="true">
        {Array.from({ length: Math.min(cards, MOST_TILES) }, (_, n) => (
          <i key={n} class={n >= cards - 3 ? "fresh" : ""} />
        ))}
      </div>
    </main>
  );
}

function Ideas({ room, step }: PanelProps) {
  const cards = shownCards(room, [step.id]);
  return cards.length ? <Lanes room={room} cards={cards} /> : <Silent room={room} step={step} />;
}

function Reveal({ room, step }: PanelProps) {
  const source = room.replica.room.one("showing", step.id)?.source ?? [];
  const cards = shownCards(room, source);
  if (cards.length === 0) return <Rest />;
  return <Lanes room={room} cards={cards} />;
}

/** What fits: nobody can scroll a wall. A customer's quote takes two rows. */
const ROWS = 4;
const ROWS_LONG = 3;
const LONG = 44;
const MOST_LANES = 4;
const PAGE_MS = 12_000;

function Lanes({ room, cards }: { room: Room; cards: readonly Card[] }) {
  const lanes = laneSections(cards).slice(0, MOST_LANES);
  const columns = lanes.length === 1 ? 3 : Math.max(1, Math.floor(MOST_LANES / lanes.length));
  return (
    <main class="lanes" style={{ "--n": lanes.length }}>
      {lanes.map(([key, inLane]) => (
        <Lane key={key} room={room} cards={inLane} columns={columns} />
      ))}
    </main>
  );
}

interface LaneProps {
  readonly room: Room;
  readonly cards: readonly Card[];
  readonly columns: number;
}

/** One lane. Customers' words come first and large; what does not fit comes by pages. */
function Lane({ room, cards, columns }: LaneProps) {
  const [first] = cards;
  const pages = pagesOf(cards, columns);
  const page = useBeat(PAGE_MS) % pages.length;
  return (
    <section>
      <h2 class="lanehd">
        {first && (laneName(room, first.step, first.lane) || both(room.stepOf(first.step)?.name))}
        <span class="num">
          {count(common.cards, cards.length)}
          {pages.length > 1 && `, ${page + 1}/${pages.length}`}
        </span>
      </h2>
      <div class="says" style={{ "--c": columns }}>
        {pages[page]?.map((card) => (
          <Say key={card.id} card={card} />
        ))}
      </div>
    </section>
  );
}

function pagesOf(cards: readonly Card[], columns: number): readonly (readonly Card[])[] {
  const quotes = cards.filter((card) => voiceOf(card.role) === "customer");
  const others = cards.filter((card) => !quotes.includes(card));
  const rows = others.some((card) => textOf(card).length > LONG) ? ROWS_LONG : ROWS;
  const pages: Card[][] = [];
  while (quotes.length || others.length || pages.length === 0) {
    const quote = quotes.splice(0, 1);
    const room = columns * Math.max(1, rows - 2 * quote.length);
    pages.push([...quote, ...others.splice(0, room)]);
  }
  return pages;
}

/** A number that grows by one every `ms`. */
function useBeat(ms: number): number {
  const [beat, setBeat] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => setBeat((before) => before + 1), ms);
    return () => clearInterval(timer);
  }, [ms]);
  return beat;
}

function Say({ card }: { card: Card }) {
  if (voiceOf(card.role) === "customer") {
    return (
      <blockquote class="say say--customer" {...testId("stage-card")}>
        <p>{textOf(card)}</p>
        {card.name && (
          <footer>
            <VoiceMark role={card.role} />
            {card.name}
          </footer>
        )}
      </blockquote>
    );
  }
  return (
    <div class="say" {...testId("stage-card")}>
      <VoiceMark role={card.role} />
      <p>{textOf(card)}</p>
    </div>
  );
}

const MOST_GROUPS = 12;

/** Groups as tiles, the biggest first. */
function Groups({ room }: PanelProps) {
  const groups = [...room.replica.room.all("group")].sort((a, b) => b.cards - a.cards);
  const cards = shownCards(room);
  if (groups.length === 0) return <Lanes room={room} cards={cards} />;
  return (
    <main class="tiles">
      {groups.slice(0, MOST_GROUPS).map((group) => (
        <section class="tile" key={group.id} {...testId("stage-group")}>
          <b class="num">{group.cards}</b>
          <h2>{groupName(room, group.id)}</h2>
        </section>
      ))}
    </main>
  );
}

const MOST_ITEMS = 6;

function Votes({ room, step }: PanelProps) {
  const items = [...itemsOf(room, step.id)];
  const poll = room.replica.room.one("poll", step.id);
  const dots = poll?.style === "dots";
  const open = items.some((item) => item.tally);
  const people = room.replica.room.one("turnout", step.id)?.people ?? 0;
  if (!open) {
    return (
      <main class="silent-table">
        <div class="silent-table__n">
          <b class="huge num" {...testId("stage-count")}>
            {people}
          </b>
          <span>{count(stage.voted, people)}</span>
        </div>
      </main>
    );
  }
  const weight = (item: (typeof items)[number]) =>
    dots ? (item.tally?.dots ?? 0) : (item.tally?.agree ?? 0) + (item.tally?.disagree ?? 0);
  if (dots) items.sort((a, b) => weight(b) - weight(a));
  const most = Math.max(1, ...items.map(weight));
  return (
    <main class="bars">
      {items.slice(0, MOST_ITEMS).map((item) => (
        <div class="bars__one" key={item.choice.id} {...testId("stage-tally")}>
          <p>{item.text}</p>
          {dots ? (
            <Bar n={weight(item)} of={most} />
          ) : (
            <>
              <Bar n={item.tally?.agree ?? 0} of={most} name={t(common.agree)} />
              <Bar n={item.tally?.disagree ?? 0} of={most} name={t(common.disagree)} minus />
            </>
          )}
        </div>
      ))}
    </main>
  );
}

function Bar(props: { n: number; of: number; name?: string; minus?: boolean }) {
  return (
    <div class="barline">
      {props.name && <span>{props.name}</span>}
      <i class={props.minus ? "minus" : ""} style={{ "--k": props.n / props.of }} />
      <b class="num">{props.n}</b>
    </div>
  );
}

const MOST_ACTS = 8;
/** From one more on, decisions stand in two columns. */
const ONE_COLUMN = 5;

/** The signature board: an outline fills when its owner signs. What does not fit comes by pages. */
export function Board({ room }: { room: Room }) {
  const list = decisions(room).filter((decision) => decision.fate === "open");
  const signed = list.filter((decision) => decision.signed).length;
  const beat = useBeat(PAGE_MS);
  if (list.length === 0) return <Rest />;
  const from = (beat % Math.ceil(list.length / MOST_ACTS)) * MOST_ACTS;
  const two = list.length > ONE_COLUMN;
  const rows = two ? Math.ceil(Math.min(MOST_ACTS, list.length) / 2) : ONE_COLUMN;
  return (
    <main class="board-in">
      <p class="board__n">{t(stage.signedOf, signed, list.length)}</p>
      <ol class={two ? "board board--two" : "board"} style={{ "--rows": rows }}>
        {list.slice(from, from + MOST_ACTS).map((decision, n) => (
          <Act key={decision.id} decision={decision} number={from + n + 1} />
        ))}
      </ol>
    </main>
  );
}

function Act({ decision, number }: { decision: Decision; number: number }) {
  return (
    <li class={`act ${decision.signed ? "is-signed" : ""}`} {...testId("stage-decision")}>
      <b class="act__n num">{number}</b>
      <p class="act__w">{decision.what ?? t(common.erased)}</p>
      <div class="act__s">{decision.signed && <Signature name={decision.owner_name ?? ""} />}</div>
      <p class="act__o">
        <b>{decision.owner_name}</b>
        {standing(decision, atTime)}
      </p>
    </li>
  );
}

function Talk({ room }: PanelProps) {
  const hands = [...room.replica.room.all("hand")].sort((a, b) => a.turn - b.turn);
  const speaker = hands.find((hand) => hand.floor);
  return (
    <main class="talk">
      {speaker && (
        <p class="talk__now">
          <VoiceMark role={speaker.role} />
          {t(phone.speaks, speaker.name ?? "")}
        </p>
      )}
      <ol>
        {hands
          .filter((hand) => !hand.floor)
          .slice(0, MOST_ITEMS)
          .map((hand) => (
            <li key={hand.id}>
              <VoiceMark role={hand.role} />
              {hand.name}
            </li>
          ))}
      </ol>
    </main>
  );
}

function Pause({ step }: PanelProps) {
  return (
    <main class="silent-table">
      {step.deadline_ms > 0 && (
        <b class="huge huge--text">{t(phone.breakUntil, atTime(step.deadline_ms))}</b>
      )}
    </main>
  );
}

/** Nothing to show: the title and the clock are enough. */
export function Rest() {
  return <main />;
}

/** A step that the stage may not see. */
export function Private() {
  return (
    <main class="silent-table">
      <p class="talk__now">{t(stage.quiet)}</p>
    </main>
  );
}

/** The stage's picture for every kind of step. A new kind adds its line here if it has one. */
export const panels: Readonly<Record<string, ComponentType<PanelProps>>> = {
  brief: Rest,
  ideate: Ideas,
  reveal: Reveal,
  group: Groups,
  vote: Votes,
  draft: Board,
  claim: Board,
  discuss: Talk,
  break: Pause,
  close: Board,
};
