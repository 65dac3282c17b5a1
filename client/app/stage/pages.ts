/** What fits on the wall: nobody can scroll it, so that what is too much comes by pages. */
import { linesOf } from "./text";

export interface Words {
  readonly text: string;
  /** A customer's words, which are set large. */
  readonly quote: boolean;
  /** Whether a name stands below a quote. */
  readonly named: boolean;
}

/** A column of cards: all measures in lines of a screen of 1080. */
export interface Lane {
  readonly columns: number;
  readonly column: number;
  readonly gap: number;
  readonly height: number;
}

export interface Page<W> {
  readonly quotes: readonly W[];
  readonly columns: readonly (readonly W[])[];
  /** The number of its first card, from 1, and of its last. */
  readonly from: number;
  readonly to: number;
}

/** How cards are set: large as long as they are few. */
export interface Type {
  readonly size: number;
  readonly leading: number;
  readonly pad: number;
  readonly quote: number;
}

const HUGE: Type = { size: 42, leading: 54, pad: 47, quote: 68 };
const LARGE: Type = { size: 31, leading: 40, pad: 37, quote: 52 };
const MIDDLE: Type = { size: 30, leading: 37, pad: 27, quote: 46 };
const DENSE: Type = { size: 28, leading: 34, pad: 21, quote: 40 };
const MOST_LINES = 4;
const MOST_QUOTE_LINES = 5;
const MARK = 40;
const QUOTE_LEADING = 1.18;
const QUOTE_PAD = { x: 64, y: 44, name: 50, gap: 20 };
const LONG_QUOTE = 160;
/** More cards than this never fit on one page. */
const MOST_AT_ONCE = 60;
/** The face of quotes is a little wider than the one of which letters are known. */
export const SERIF = 1.03;

/** Quotes are smaller where they are long. */
export function quoteSize(text: string, type: Type): number {
  return text.length > LONG_QUOTE ? Math.round(type.quote * 0.8) : type.quote;
}

/** A card with what it takes of a column, or of the whole lane if it is a quote. */
interface Piece<W> {
  readonly words: W;
  readonly height: number;
}

function heightOf(words: Words, lane: Lane, type: Type): number {
  const lines = linesOf(words.text, lane.column - MARK, type.size);
  return Math.min(MOST_LINES, lines) * type.leading + type.pad;
}

function quoteHeight(words: Words, lane: Lane, type: Type): number {
  const size = quoteSize(words.text, type);
  const width = lane.columns * lane.column + (lane.columns - 1) * lane.gap - QUOTE_PAD.x;
  const lines = Math.min(MOST_QUOTE_LINES, linesOf(words.text, width / SERIF, size));
  const name = words.named ? QUOTE_PAD.name : 0;
  return lines * size * QUOTE_LEADING + QUOTE_PAD.y + name + QUOTE_PAD.gap;
}

export interface Plan<W> {
  readonly type: Type;
  /** The pages of each lane. */
  readonly lanes: readonly (readonly Page<W>[])[];
}

/** Pages of lanes that stand side by side, all set alike: as large as one page allows, or dense. */
export function planLanes<W extends Words>(
  words: readonly (readonly W[])[],
  places: readonly Lane[],
): Plan<W> {
  const set = (type: Type): Plan<W> => ({
    type,
    lanes: words.map((inLane, i) => pagesOf(inLane, places[i] ?? NOWHERE, type)),
  });
  const all = words.reduce((sum, inLane) => sum + inLane.length, 0);
  for (const type of all > MOST_AT_ONCE ? [] : [HUGE, LARGE, MIDDLE]) {
    const plan = set(type);
    if (plan.lanes.every((pages) => pages.length === 1)) return plan;
  }
  return set(DENSE);
}

const NOWHERE: Lane = { columns: 1, column: 1, gap: 0, height: 1 };

function pagesOf<W extends Words>(words: readonly W[], lane: Lane, type: Type): readonly Page<W>[] {
  const quotes: Piece<W>[] = [];
  const others: Piece<W>[] = [];
  for (const one of words) {
    if (one.quote) quotes.push({ words: one, height: quoteHeight(one, lane, type) });
    else others.push({ words: one, height: heightOf(one, lane, type) });
  }
  // Cards that all but fit on one page do so with the tallest first.
  const tallestFirst = [...others].sort((a, b) => b.height - a.height);
  for (const order of words.length > MOST_AT_ONCE ? [] : [others, tallestFirst]) {
    const pages = dealtOut(quotes, order, quotes.length, lane);
    if (pages.length === 1) return pages;
  }
  return dealtOut(quotes, others, quotesAtOnce(quotes, others, lane), lane);
}

/** One quote a page, or two where they would otherwise outlast the other cards. */
function quotesAtOnce<W>(quotes: readonly Piece<W>[], others: readonly Piece<W>[], lane: Lane) {
  const needed = others.reduce((sum, one) => sum + one.height, 0);
  const pages = needed / (lane.columns * lane.height * 0.6);
  return quotes.length > pages * 1.5 ? 2 : 1;
}

/** Pages with at most so many quotes on each, as long as there are other cards. */
function dealtOut<W>(
  allQuotes: readonly Piece<W>[],
  allOthers: readonly Piece<W>[],
  most: number,
  lane: Lane,
): readonly Page<W>[] {
  const quotes = [...allQuotes];
  const others = [...allOthers];
  const pages: Page<W>[] = [];
  let from = 1;
  do {
    const page = onePage(quotes, others, others.length ? most : quotes.length, lane);
    const cards = page.quotes.length + page.columns.reduce((n, column) => n + column.length, 0);
    pages.push({ ...page, from, to: from + cards - 1 });
    from += cards;
  } while (quotes.length || others.length);
  return pages;
}

/** Takes from both lists what one page holds, at least one card. */
function onePage<W>(
  quotes: Piece<W>[],
  others: Piece<W>[],
  most: number,
  lane: Lane,
): Pick<Page<W>, "quotes" | "columns"> {
  const taken: W[] = [];
  let left = lane.height;
  for (let next = quotes[0]; next && taken.length < most; next = quotes[0]) {
    if (taken.length && next.height > left) break;
    taken.push(next.words);
    quotes.shift();
    left -= next.height;
  }
  return { quotes: taken, columns: filled(others, taken.length === 0, lane.columns, left) };
}

/** So far a card may be drawn forward to fill a gap. */
const AHEAD = 8;

/** Columns as full as they go, each card in the shortest; the first card may have to be taken. */
function filled<W>(pieces: Piece<W>[], must: boolean, many: number, height: number): W[][] {
  const columns = Array.from({ length: many }, (): W[] => []);
  const used = columns.map(() => 0);
  for (let forced = must; pieces.length; forced = false) {
    const shortest = used.indexOf(Math.min(...used));
    const left = height - (used[shortest] ?? 0);
    const place = forced ? 0 : pieces.slice(0, AHEAD).findIndex((piece) => piece.height <= left);
    const [piece] = place < 0 ? [] : pieces.splice(place, 1);
    if (!piece) break;
    columns[shortest]?.push(piece.words);
    used[shortest] = (used[shortest] ?? 0) + piece.height;
  }
  return columns;
}

/** How many columns each lane gets, of so many in all: one each, the rest where most cards are. */
export function columnsFor(counts: readonly number[], all: number): readonly number[] {
  const given = counts.map(() => 1);
  for (let left = all - counts.length; left > 0; left--) {
    const load = counts.map((n, i) => n / (given[i] ?? 1));
    const heaviest = load.indexOf(Math.max(...load));
    given[heaviest] = (given[heaviest] ?? 0) + 1;
  }
  return given;
}

/** How many columns lanes of so many cards share. */
export function columnsAcross(counts: readonly number[], tall: boolean): number {
  if (tall) return Math.max(2, counts.length);
  const [first = 0, second = 0] = [...counts].sort((a, b) => b - a);
  const evenPair = counts.length === 2 && second * 1.5 > first;
  return evenPair ? 4 : Math.max(3, counts.length);
}
