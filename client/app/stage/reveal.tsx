/** Reading together: cards lane by lane, customers' words first and largest. */
import { useMemo } from "preact/hooks";
import { VoiceMark, voiceOf } from "../icons";
import type { Room } from "../room";
import { laneName, shownCards, textOf } from "../select";
import { testId } from "../testids";
import type { Card, Step } from "../wire";
import { both, count, glue, t } from "../words";
import { common, voiceNames } from "../words/common";
import { stage } from "../words/stage";
import { useBeat } from "./beat";
import { columnsAcross, columnsFor, type Page, planLanes, quoteSize, type Type } from "./pages";
import type { Box } from "./poster";
import { Rest } from "./rest";
import type { PanelProps } from "./scene";
import { Silent } from "./silent";
import { fitting } from "./text";

const SLOWEST_MS = 15_000;
const FASTEST_MS = 8_000;
const GAP = 32;
const LANE_HEAD = 66;
const MOST_LANES = 4;
const MOST_TALL = 2;

export function Ideas(props: PanelProps) {
  const cards = shownCards(props.room, [props.step.id]);
  if (cards.length === 0) return <Silent {...props} />;
  return <Lanes {...props} cards={cards} />;
}

export function Reveal(props: PanelProps) {
  const cards = revealed(props.room, props.step);
  if (cards.length === 0) return <Rest />;
  return <Lanes {...props} cards={cards} />;
}

export function revealed(room: Room, step: Step): readonly Card[] {
  const source = room.replica.room.one("showing", step.id)?.source;
  return source?.length ? shownCards(room, source) : [];
}

/** The roles beside cards; 0 for those that nobody tells. */
export const rolesOf = (cards: readonly Card[]): readonly number[] => [
  ...new Set(cards.map((card) => card.role)),
];

interface Saying {
  readonly text: string;
  readonly quote: boolean;
  readonly named: boolean;
  readonly card: Card;
}

interface LanePlan {
  readonly key: string;
  readonly name: string;
  readonly nameSize: number;
  readonly narrow: boolean;
  readonly columns: number;
  readonly all: number;
  readonly type: Type;
  readonly pages: readonly Page<Saying>[];
}

type LanesProps = Pick<PanelProps, "room" | "box" | "tall"> & { cards: readonly Card[] };

/** All lanes turn their pages together. Where there are too many lanes, they come by turns, too. */
export function Lanes({ room, box, tall, cards }: LanesProps) {
  const turns = useMemo(() => turnsOf(room, cards, box, tall), [room, cards, box, tall]);
  const pages = turns.reduce((sum, lanes) => sum + longest(lanes), 0);
  const turn = useBeat(paceOf(room, pages)) % pages;
  const [lanes, page] = atTurn(turns, turn);
  const columns = lanes.map((lane) => `${lane.columns}fr`).join(" ");
  return (
    <div class="st-lanes" style={{ gridTemplateColumns: columns }}>
      {lanes.map((lane) => (
        <Lane key={lane.key} lane={lane} page={page % lane.pages.length} />
      ))}
    </div>
  );
}

const longest = (lanes: readonly LanePlan[]): number =>
  Math.max(...lanes.map((lane) => lane.pages.length));

/** All pages have their turn within the step, as long as each can be read. */
function paceOf(room: Room, pages: number): number {
  const whole = room.step.value?.planned_ms ?? 0;
  return Math.min(SLOWEST_MS, Math.max(FASTEST_MS, whole / pages));
}

/** The lanes whose turn it is, and which of their pages. */
function atTurn(turns: readonly LanePlan[][], turn: number): readonly [LanePlan[], number] {
  let left = turn;
  for (const lanes of turns) {
    if (left < longest(lanes)) return [lanes, left];
    left -= longest(lanes);
  }
  return [turns[0] ?? [], 0];
}

function turnsOf(room: Room, cards: readonly Card[], box: Box, tall: boolean): LanePlan[][] {
  const sections = sectionsOf(cards);
  const most = tall ? MOST_TALL : MOST_LANES;
  const turns: LanePlan[][] = [];
  for (let from = 0; from < sections.length; from += most) {
    turns.push(plansOf(room, sections.slice(from, from + most), box, tall));
  }
  return turns;
}

type Section = readonly [key: string, cards: readonly Card[]];

/** Cards by step and lane, in the order of both. */
function sectionsOf(cards: readonly Card[]): readonly Section[] {
  const sections = new Map<string, Card[]>();
  const inOrder = [...cards].sort((a, b) => a.step - b.step || a.lane - b.lane);
  for (const card of inOrder) {
    const key = `${card.step}:${card.lane}`;
    const section = sections.get(key);
    if (section) section.push(card);
    else sections.set(key, [card]);
  }
  return [...sections];
}

function plansOf(room: Room, sections: readonly Section[], box: Box, tall: boolean): LanePlan[] {
  const counts = sections.map(([, cards]) => cards.length);
  const all = columnsAcross(counts, tall);
  const column = (box.width - (all - 1) * GAP) / all;
  const given = columnsFor(counts, all);
  const places = given.map((columns) => ({
    columns,
    column,
    gap: GAP,
    height: box.height - LANE_HEAD,
  }));
  const names = sections.map(([, cards]) => nameOf(room, cards));
  const nameSize = Math.min(...names.map((name, i) => nameSizeOf(name, column * (given[i] ?? 1))));
  const { type, lanes } = planLanes(
    sections.map(([, cards]) => cards.map(sayingOf)),
    places,
  );
  return sections.map(([key, cards], i) => {
    const [name = "", columns = 1, pages = []] = [names[i], given[i], lanes[i]];
    const narrow = column * columns < NARROW;
    return { key, name, nameSize, narrow, columns, all: cards.length, type, pages };
  });
}

const NAME_SIZES = [36, 32, 28];
/** What the count beside a lane's name takes; in a narrow lane it is a figure alone. */
const COUNT = { wide: 190, narrow: 130 };
const NARROW = 480;

function nameSizeOf(name: string, width: number): number {
  const beside = width < NARROW ? COUNT.narrow : COUNT.wide;
  return fitting(name, NAME_SIZES, { width: width - beside, height: 50, leading: 1 });
}

const sayingOf = (card: Card): Saying => ({
  card,
  text: glue(textOf(card)),
  quote: voiceOf(card.role) === "customer",
  named: !!card.name,
});

function nameOf(room: Room, cards: readonly Card[]): string {
  const [first] = cards;
  if (!first) return "";
  return laneName(room, first.step, first.lane) || both(room.stepOf(first.step)?.name);
}

function Lane({ lane, page }: { lane: LanePlan; page: number }) {
  const { pages, type } = lane;
  const shown = pages[page];
  if (!shown) return null;
  return (
    <section>
      <h2 class="st-lane">
        <span style={{ fontSize: `${lane.nameSize}px` }}>{lane.name}</span>
        <i>{countOf(lane, shown)}</i>
        {pages.length > 1 && <Place page={shown} all={lane.all} />}
      </h2>
      <div class="st-says" key={page} style={{ "--size": type.size, "--lead": type.leading }}>
        {shown.quotes.map((one) => (
          <Quote key={one.card.id} saying={one} size={quoteSize(one.text, type)} />
        ))}
        <div class="st-columns" style={{ "--n": shown.columns.length }}>
          {shown.columns.map((column, i) => (
            <div key={i}>
              {column.map((one) => (
                <Say key={one.card.id} saying={one} pad={type.pad} />
              ))}
            </div>
          ))}
        </div>
      </div>
    </section>
  );
}

function countOf({ pages, all, narrow }: LanePlan, page: Page<Saying>): string {
  if (pages.length > 1) return t(stage.span, page.from, page.to, all);
  return narrow ? String(all) : count(common.cards, all);
}

/** Where this page lies among all cards, on the rule below the lane's name. */
function Place({ page, all }: { page: Page<Saying>; all: number }) {
  const from = (page.from - 1) / all;
  const width = (page.to - page.from + 1) / all;
  return <u style={{ left: `${from * 100}%`, width: `${width * 100}%` }} />;
}

function Quote({ saying, size }: { saying: Saying; size: number }) {
  const { card, text } = saying;
  return (
    <blockquote class="st-quote" style={{ fontSize: `${size}px` }} {...testId("stage-card")}>
      <p>{text}</p>
      {card.name && (
        <footer>
          <VoiceMark role={card.role} />
          {card.name}, {t(voiceNames.customer)}
        </footer>
      )}
    </blockquote>
  );
}

function Say({ saying, pad }: { saying: Saying; pad: number }) {
  const { card, text } = saying;
  return (
    <div class="st-say" style={{ padding: `${(pad - 1) / 2}px 0` }} {...testId("stage-card")}>
      <VoiceMark role={card.role} />
      <p>{text}</p>
    </div>
  );
}
