/** What stands where on the wall: pages, columns, seats and sizes. */
import { expect, test } from "vitest";
import { boardFor } from "./board-plan";
import { columnsAcross, columnsFor, type Lane, type Page, planLanes, type Words } from "./pages";
import { posterOf } from "./poster";
import { around, dealt, gridOf, lifted, mixed, peopleAMark } from "./seats";
import { momentOf } from "./sound";
import { fitting, linesOf, opening } from "./text";
import { themeOf } from "./theme";
import { tilesFor } from "./tiles";

const LANE: Lane = { columns: 2, column: 565, gap: 32, height: 500 };
const WALL = { width: 1760, height: 587 };

function words(n: number, quotes: number, text = "Две формы на одну жалобу"): Words[] {
  return Array.from({ length: n }, (_, i) => ({
    text: `${text} ${i}`,
    quote: i < quotes,
    named: true,
  }));
}

const cardsOf = (page: Page<Words>) => [...page.quotes, ...page.columns.flat()];

test.each([
  [1920, 1080, 1, false],
  [3840, 2160, 2, false],
  [1280, 720, 2 / 3, false],
  [1024, 768, 1024 / 1728, false],
  [1080, 1920, 1, true],
  [768, 1024, 1024 / 1700, true],
  [480, 270, 0.25, false],
])("a place of %i by %i is drawn at scale %f", (width, height, scale, tall) => {
  const poster = posterOf({ width, height });
  expect(poster.scale).toBeCloseTo(scale);
  expect(poster.tall).toBe(tall);
  expect(poster.width * poster.scale).toBeCloseTo(width);
  expect(poster.height * poster.scale).toBeCloseTo(height);
});

test("lines break between words, and within a word that is too long", () => {
  expect(linesOf("слово", 1000, 30)).toBe(1);
  expect(linesOf("слово слово слово слово", 200, 30)).toBeGreaterThan(1);
  expect(linesOf("а".repeat(100), 300, 30)).toBeGreaterThan(4);
  expect(linesOf("a\nb\nc", 1000, 30)).toBe(3);
});

test("the largest size is taken in which a text fits, the smallest if none does", () => {
  const box = { width: 1300, height: 132, leading: 1 };
  expect(fitting("Поведение", [116, 92, 64], box)).toBe(116);
  expect(fitting("Согласование межведомственного взаимодействия", [116, 92, 64], box)).toBe(64);
  expect(fitting("слово ".repeat(80), [116, 92, 64], box)).toBe(64);
});

test("an instruction is cut after whole sentences", () => {
  expect(opening("Карточки открыты. Читаем молча. Что удивило?")).toBe(
    "Карточки открыты. Читаем молча. Что удивило?",
  );
  const long = "У каждого четыре голоса, на одну тему не больше двух, и это всё.";
  expect(opening(`${long} ${long}`)).toBe(long);
  expect(opening("Без точки")).toBe("Без точки");
});

test.each([0, 1, 15, 300])("each of %i cards is on exactly one page", (n) => {
  const all = words(n, Math.floor(n / 9));
  const { lanes } = planLanes([all], [LANE]);
  const shown = lanes[0]?.flatMap(cardsOf) ?? [];
  expect(new Set(shown).size).toBe(n);
  expect(shown).toHaveLength(n);
});

test("pages count their cards without a gap", () => {
  const { lanes } = planLanes([words(120, 10)], [LANE]);
  let next = 1;
  for (const page of lanes[0] ?? []) {
    expect(page.from).toBe(next);
    expect(page.to).toBe(page.from + cardsOf(page).length - 1);
    next = page.to + 1;
  }
  expect(next).toBe(121);
});

test("few cards are set larger than many, in all lanes alike", () => {
  const few = planLanes([words(3, 0), words(1, 0)], [LANE, LANE]);
  const many = planLanes([words(3, 0), words(200, 0)], [LANE, LANE]);
  expect(few.type.size).toBeGreaterThan(many.type.size);
  expect(many.type.size).toBeGreaterThanOrEqual(28);
});

test("a card that is higher than the wall is shown all the same", () => {
  const { lanes } = planLanes([words(2, 0, "слово ".repeat(100))], [{ ...LANE, height: 50 }]);
  expect(lanes[0]?.flatMap(cardsOf)).toHaveLength(2);
});

test("the lane with most cards gets the columns that are left", () => {
  expect(columnsFor([11, 20], 3)).toEqual([1, 2]);
  expect(columnsFor([5], 3)).toEqual([3]);
  expect(columnsAcross([10, 9], false)).toBe(4);
  expect(columnsAcross([10, 1], false)).toBe(3);
  expect(columnsAcross([1, 1, 1, 1], false)).toBe(4);
  expect(columnsAcross([9, 9], true)).toBe(2);
});

test.each([1, 2, 17, 41, 300])("%i people sit around the table, none on another", (n) => {
  const seats = around(n, { x: 60, y: 60, width: 1600, height: 400 }, 40);
  expect(seats).toHaveLength(n);
  expect(new Set(seats.map(({ x, y }) => `${x} ${y}`)).size).toBe(n);
});

test("things are dealt in proportion, none is lost", () => {
  expect(dealt(24, [1652, 436, 1652, 436])).toEqual([9, 3, 9, 3]);
  expect(dealt(0, [1, 1])).toEqual([0, 0]);
});

test("voices are mixed evenly", () => {
  expect(
    mixed([
      [8, 2],
      [32, 2],
    ]),
  ).toEqual([8, 32, 8, 32]);
  expect(mixed([[8, 0]])).toEqual([]);
});

test("one shape stands for several people only where there are too many", () => {
  expect(peopleAMark(40, 60)).toBe(1);
  expect(peopleAMark(61, 60)).toBe(2);
  expect(peopleAMark(1000, 60)).toBe(20);
});

test.each([1, 31, 120, 1000])("%i cards face down fit on the table", (n) => {
  const place = { width: 1000, height: 360 };
  const { columns, cell, gap } = gridOf(n, place, 88);
  const rows = Math.ceil(n / columns);
  expect(columns * (cell.width + gap) - gap).toBeLessThanOrEqual(place.width + 0.01);
  expect(rows * (cell.height + gap) - gap).toBeLessThanOrEqual(place.height + 0.01);
});

test("marks that would cover each other are lifted apart", () => {
  expect(lifted([0.1, 0.5, 0.9], 0.03)).toEqual([0, 0, 0]);
  expect(lifted([0.5, 0.5], 0.03)).toEqual([-0.5, 0.5]);
  expect(lifted([0.2, 0.21, 0.22], 0.03)).toEqual([-1, 0, 1]);
});

test.each([1, 2, 5, 6, 9, 12, 13, 40])("%i themes are all shown, biggest as tiles", (n) => {
  const names = Array.from({ length: n }, (_, i) => `Тема ${i}`);
  const plan = tilesFor(names, WALL, false);
  const listed = plan.listed ? Math.ceil((n - plan.tiles) / plan.listed) : 0;
  expect(plan.tiles + listed * plan.listed).toBeGreaterThanOrEqual(n);
  expect(plan.columns * plan.rows).toBeGreaterThanOrEqual(plan.tiles);
  expect(plan.size).toBeGreaterThanOrEqual(28);
});

test.each([1, 2, 5, 6, 12, 30])("%i decisions have a place on the board", (n) => {
  const plan = boardFor(n, false);
  expect(plan.at * plan.pages).toBeGreaterThanOrEqual(n);
  expect(plan.columns * plan.rows).toBeGreaterThanOrEqual(plan.at);
  expect(plan.size).toBeGreaterThanOrEqual(28);
  expect(plan.pages).toBe(n <= 8 ? 1 : Math.ceil(n / 8));
});

test("tones sound when a limit is crossed, not when the clock jumps", () => {
  expect(momentOf(61, 60)).toBe("minute");
  expect(momentOf(1, 0)).toBe("end");
  expect(momentOf(300, 60)).toBeNull();
  expect(momentOf(60, 120)).toBeNull();
  expect(momentOf(null, 0)).toBeNull();
});

test("the stage is dark unless its address asks for something else", () => {
  expect(themeOf("")).toBe("dark");
  expect(themeOf("?theme=light")).toBe("light");
  expect(themeOf("?theme=system")).toBe("system");
  expect(themeOf("?theme=pink")).toBe("dark");
});
