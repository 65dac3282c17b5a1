/** How the result puts numbers, days and states into words. */
import { atTime, both, count, lang, onDay, type Pair, t } from "../words";
import { common } from "../words/common";
import { decisionNumbers, signatureNumbers, result as words } from "../words/result";
import type { Both, Decided, Result } from "./data";

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
const TAKEN: readonly string[] = ["signed", "sign_again", "taken"];

export const isTaken = (one: Decided): boolean => TAKEN.includes(one.state);
export const isOpen = (one: Decided): boolean => one.state === "open";

/** A number in words where it is small, else in figures. */
function inWords(numbers: Pair, n: number): string {
  const all = numbers[lang.value === "ru" ? 0 : 1].split("|");
  return all[n] ?? String(n);
}

/** "Four decisions and four signatures". */
export function headline(result: Pick<Result, "state" | "decisions">): string {
  const taken = result.decisions.filter(isTaken);
  const signed = taken.filter((one) => one.state === "signed").length;
  if (!taken.length) return t(result.state === "over" ? words.nothing : words.nothingYet);
  const first = count(words.decided, taken.length, inWords(decisionNumbers, taken.length));
  if (!signed) return t(words.comma, first, t(words.noSignature));
  const second = count(words.signed, signed, inWords(signatureNumbers, signed));
  return t(signed === taken.length ? words.and : words.comma, first, second);
}

/** A text that people wrote, or that it was erased. */
export function said(text: string | null): string {
  return text ?? t(common.erased);
}

/** "25 December", from 2026-12-25. */
export function onIso(day: string): string {
  return onDay(Date.parse(day) / DAY_MS);
}

const LONG = { weekday: "long", day: "numeric", month: "long", year: "numeric" } as const;
const SHORT = { day: "numeric", month: "long" } as const;
const days = {
  ru: new Intl.DateTimeFormat("ru", SHORT),
  en: new Intl.DateTimeFormat("en-GB", SHORT),
};

/** The day of a moment on this device: "Wednesday, 18 November 2026". */
export function longDay(ms: number): string {
  return new Date(ms).toLocaleDateString(lang.value === "ru" ? "ru" : "en-GB", LONG);
}

/** "18 November". */
export function shortDay(ms: number): string {
  return days[lang.value].format(ms);
}

/** When a decision was signed; the day is told where it is not the session's. */
export function signedWhen(one: Decided, result: Result): string {
  const { at_ms, version } = one.signature ?? { at_ms: 0, version: 0 };
  const sameDay = shortDay(at_ms) === shortDay(result.started_ms);
  if (sameDay) return t(words.signedAt, atTime(at_ms), version);
  return t(words.signedOn, shortDay(at_ms), atTime(at_ms), version);
}

/** Whole minutes; a length that is not nothing is never shown as nothing. */
export function inMinutes(ms: number): string {
  const whole = Math.round(ms / MINUTE_MS);
  return ms > 0 && whole === 0 ? "<1" : String(whole);
}

export function nameOfStep(name: Both | null): string {
  return name ? both([name.ru, name.en]) : t(words.hiddenStep);
}

/** "Rustam, Logistics". */
export function whoIs(name: string | null, department: string | null): string {
  return [said(name), department].filter(Boolean).join(", ");
}
