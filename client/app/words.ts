/**
 * The language of the interface. A text is a pair, Russian and English, so that neither can be
 * forgotten; forms of a counted word are separated by `|`.
 */
import { computed, signal } from "@preact/signals";
import { device } from "./store";
import type { RefusalCode, Session } from "./wire";
import { closings } from "./words/closings";

export type Lang = Session["lang"];
export type Pair = readonly [ru: string, en: string];

const KEY = "oneroom:lang";
const isLang = (text: string | null | undefined): text is Lang => text === "ru" || text === "en";

const stored = device.get(KEY);
const chosen = signal<Lang | null>(isLang(stored) ? stored : null);
const page = globalThis.document?.documentElement.lang;
const spoken = signal<Lang>(isLang(page) ? page : "ru");

/** The language on this device: the person's choice, else the room's, else the page's. */
export const lang = computed<Lang>(() => chosen.value ?? spoken.value);

/** The room's language, for who has not chosen. */
export function speak(room: Lang | undefined): void {
  if (room) spoken.value = room;
}

/**
 * For a screen that all look at: whatever was chosen on this device, it speaks the language that
 * is asked for, else the room's.
 */
export function insist(language: string | null): void {
  chosen.value = isLang(language) ? language : null;
}

/** The person's choice, remembered on the device. */
export function choose(language: Lang): void {
  chosen.value = language;
  device.set(KEY, language);
}

const plurals = { ru: new Intl.PluralRules("ru"), en: new Intl.PluralRules("en") };
const FORMS: Record<Lang, readonly Intl.LDMLPluralRule[]> = {
  ru: ["one", "few", "many"],
  en: ["one", "other"],
};

/** A text in the present language; `{0}`, `{1}` stand for the values. */
export function t(pair: Pair, ...values: readonly (number | string)[]): string {
  const text = glue(pair[lang.value === "ru" ? 0 : 1]);
  return text.replace(/\{(\d)\}/g, (_, place) => apart(String(values[Number(place)] ?? "")));
}

const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdfd\ufe70-\ufefc]/;

/** A value that is written from right to left must not turn the sentence around it. */
function apart(value: string): string {
  return RIGHT_TO_LEFT.test(value) ? `\u2068${value}\u2069` : value;
}

/** A text in the form that `n` asks for; `{0}` stands for it, `{1}` and on for more values. */
export function count(forms: Pair, n: number, ...values: readonly (number | string)[]): string {
  const which = FORMS[lang.value].indexOf(plurals[lang.value].select(n));
  const form = (text: string) => {
    const all = text.split("|");
    return all[which] ?? all[all.length - 1] ?? "";
  };
  return t([form(forms[0]), form(forms[1])], n, ...values);
}

/** Short Russian words stay on the line of the next word. */
export function glue(text: string): string {
  return text.replace(
    /(^|[\s(«])((?:[А-Яа-яЁё]{1,2} )+)(?=\S)/g,
    (_, before: string, words: string) => before + words.replace(/ /g, "\u00a0"),
  );
}

/** A text of the agenda, which comes in both languages; one may be empty. */
export function both(pair: Pair | null | undefined): string {
  if (!pair) return "";
  const [first, second] = lang.value === "ru" ? pair : [pair[1], pair[0]];
  return glue(first || second);
}

type Refusals = Readonly<Record<RefusalCode, Pair>>;

const known = signal<Refusals | null>(null);
let fetching: Promise<void> | null = null;
const SOMEHOW: Pair = [
  "Не получилось. Попробуйте ещё раз.",
  "That did not work. Please try again.",
];

/** Fetches the words of refusals: many, and rarely needed. Where it fails, the next call tries. */
export function fetchRefusals(): Promise<void> {
  fetching ??= import("./words/refusals").then(
    (file) => {
      known.value = file.refusals;
    },
    () => {
      fetching = null;
    },
  );
  return fetching;
}

/** What a refusal means, and what to do. */
export function refusal(code: RefusalCode): string {
  if (!known.value) void fetchRefusals();
  return t(known.value?.[code] ?? SOMEHOW);
}

/** Why a connection has ended for good, and what to do. */
export function closing(code: number): string {
  return t(closings[code] ?? closings[0]);
}

const LOCALES: Record<Lang, string> = { ru: "ru", en: "en-GB" };

/** A time of day on this device, "17:30". */
export function atTime(ms: number): string {
  return new Date(ms).toLocaleTimeString(LOCALES[lang.value], {
    hour: "2-digit",
    minute: "2-digit",
  });
}

const DAY_MS = 86_400_000;

/** A date from days since 1970, "25 December". */
export function onDay(day: number): string {
  const options = { day: "numeric", month: "long", timeZone: "UTC" } as const;
  return new Date(day * DAY_MS).toLocaleDateString(LOCALES[lang.value], options);
}
