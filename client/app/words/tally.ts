/** How many of how many are signed, in words as long as the numbers are small. */
import { lang } from "../words";

const OF_RU =
  "нуля одного двух трёх четырёх пяти шести семи восьми девяти десяти одиннадцати двенадцати".split(
    " ",
  );
const RU =
  "ноль одно два три четыре пять шесть семь восемь девять десять одиннадцать двенадцать".split(" ");
const EN = "no one two three four five six seven eight nine ten eleven twelve".split(" ");

function russian(signed: number, all: number): string {
  if (all === 1) return "Решение подписано";
  const verb = signed >= 2 && signed <= 4 ? "Подписаны" : "Подписано";
  const n = RU[signed];
  if (signed === all) return all === 2 ? "Подписаны оба" : `Подписаны все ${n ?? signed}`;
  return n && OF_RU[all] ? `${verb} ${n} из ${OF_RU[all]}` : `Подписано ${signed} из ${all}`;
}

function english(signed: number, all: number): string {
  if (all === 1) return "The decision is signed";
  const n = EN[signed];
  if (signed === all) return all === 2 ? "Both signed" : `All ${n ?? signed} signed`;
  if (!n || !EN[all]) return `${signed} of ${all} signed`;
  return `${n.charAt(0).toUpperCase()}${n.slice(1)} of ${EN[all]} signed`;
}

/** "Подписаны три из пяти", "Three of five signed". */
export function signedOf(signed: number, all: number): string {
  return lang.value === "ru" ? russian(signed, all) : english(signed, all);
}

const HELP_RU = ["", "один", "двое", "трое", "четверо", "пятеро", "шестеро", "семеро"];

/** "помогут двое", "two will help". */
export function helpers(n: number): string {
  if (lang.value === "en") return `${EN[n] ?? n} will help`;
  return n === 1 ? "поможет один" : `помогут ${HELP_RU[n] ?? n}`;
}
