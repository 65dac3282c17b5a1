/** How much room words take, told from their letters, so that pages can be planned before they are drawn. */

/** Widths of letters in Golos Text, as shares of the size of type. */
const WIDTHS: readonly (readonly [number, string])[] = [
  [0.25, " \u00a0"],
  [0.27, "ij'"],
  [0.31, ".,;:!Il"],
  [0.38, 'f-()r"t'],
  [0.47, "г1/"],
  [0.51, "тz?"],
  [0.53, "зь7s–"],
  [0.55, "сэcхчxJ«»"],
  [0.57, "авуГakvyкяL"],
  [0.59, "235еёлeбF"],
  [0.61, "69допъouZ48ийнрЕЁbdghnpqE"],
  [0.64, "0цТTЗSYРЬP"],
  [0.67, "БХXАВУЧABV&"],
  [0.7, "СЭЯCRKКDG"],
  [0.74, "ЛмыДЪU—фОOQ"],
  [0.77, "ПИЙНЦHNю"],
  [0.81, "жшw"],
  [0.86, "щ%МФMm"],
  [0.89, "Ы"],
  [0.97, "ЮЖWШЩ"],
  [1.09, "№"],
];
const USUAL = 0.6;
/** Ideographs and pictures are as wide as they are high. */
const FULL = 1.05;
const FIRST_FULL = 0x2e80;
const SPACE = 0.25;
/** Where a line may break; never at a no-break space. */
const BREAK = /[ \t\n]+/;
/** Lines break a little earlier than the sum of their letters says. */
const LOOSE = 1.01;

const widths = new Map(
  WIDTHS.flatMap(([width, letters]) =>
    [...letters].map((letter) => [letter.charCodeAt(0), width] as const),
  ),
);
/** The alphabets at hand, by code: hundreds of cards are measured while the room looks on. */
const TABLE = Float64Array.from({ length: 0x500 }, (_, code) => widths.get(code) ?? USUAL);

function widthOf(code: number): number {
  const known = TABLE[code] ?? widths.get(code);
  return known ?? (code < FIRST_FULL ? USUAL : FULL);
}

function lengthOf(word: string): number {
  let sum = 0;
  for (let i = 0; i < word.length; i++) sum += widthOf(word.charCodeAt(i));
  return sum;
}

/** How many lines a text takes in a column. */
export function linesOf(text: string, width: number, size: number): number {
  const most = width / size / LOOSE;
  return text.split("\n").reduce((lines, line) => lines + linesOfOne(line, most), 0);
}

function linesOfOne(line: string, most: number): number {
  let lines = 1;
  let used = 0;
  for (const word of line.split(BREAK)) {
    const length = lengthOf(word);
    const joined = used ? used + SPACE + length : length;
    if (joined <= most) {
      used = joined;
      continue;
    }
    lines += (used ? 1 : 0) + Math.floor(length / most);
    used = length % most;
  }
  return lines;
}

/** The largest of the sizes, which fall, in which a text fits; the last if it fits in none. */
export function fitting(text: string, sizes: readonly number[], box: FitBox): number {
  const fits = (size: number) =>
    linesOf(text, box.width, size) * size * box.leading <= box.height &&
    longestWord(text) * size <= box.width;
  return sizes.find(fits) ?? sizes[sizes.length - 1] ?? 0;
}

interface FitBox {
  readonly width: number;
  readonly height: number;
  readonly leading: number;
}

function longestWord(text: string): number {
  return Math.max(...text.split(BREAK).map(lengthOf));
}

const ENOUGH = 100;

/** The first sentences of an instruction: one, and those after it as long as all stays short. */
export function opening(text: string): string {
  const sentences = text.match(/[^.?!…]+(?:[.?!…]+|$)\s*/g) ?? [text];
  let said = "";
  for (const sentence of sentences) {
    if (said && said.length + sentence.trimEnd().length > ENOUGH) break;
    said += sentence;
  }
  return said.trim();
}
