/** The result of the room, as the server makes it for this page's role (docs/result.md). */
import type { Room } from "../room";
import type { Trace } from "../wire";
import { type Lang, lang, type Pair, t } from "../words";
import { result as words } from "../words/result";

export type Kind = "json" | "csv" | "md";
export type State =
  | "signed"
  | "sign_again"
  | "taken"
  | "open"
  | "awaiting"
  | "nobody"
  | "parked"
  | "dropped";

export interface Both {
  readonly ru: string;
  readonly en: string;
}

export interface Offer {
  readonly name: string | null;
  readonly department: string | null;
  readonly text: string | null;
}

export interface Decided {
  readonly id: number;
  readonly number: number;
  readonly state: State;
  readonly what: string | null;
  readonly result: string | null;
  readonly measure: string | null;
  readonly assumption: string | null;
  readonly due: string;
  readonly version: number;
  readonly owner: {
    readonly name: string | null;
    readonly role: string;
    readonly department: string | null;
  } | null;
  readonly signature: { readonly at_ms: number; readonly version: number } | null;
  readonly helpers: readonly Offer[];
  readonly reason: string | null;
  readonly history: readonly {
    readonly deed: Trace["deed"];
    readonly name: string | null;
    readonly at_ms: number;
  }[];
}

export interface Count {
  readonly people: number;
  readonly dots: number;
  readonly agree: number;
  readonly disagree: number;
  readonly passed: number;
}

export interface Voice {
  readonly roles: readonly string[];
  readonly count: Count;
}

export interface Theme {
  readonly text: string | null;
  readonly cards: readonly (string | null)[];
  readonly count: Count;
  readonly voices: readonly Voice[];
}

export interface Vote {
  readonly step: Both | null;
  readonly style: "dots" | "opinion";
  readonly people: number | null;
  readonly themes: readonly Theme[];
}

export interface StepTime {
  readonly name: Both | null;
  readonly kind: string;
  readonly state: string;
  readonly planned_ms: number;
  readonly real_ms: number;
}

export interface Result {
  readonly code: string;
  readonly at_ms: number;
  readonly title: string | null;
  readonly goal: string | null;
  readonly lang: Lang;
  readonly state: "lobby" | "running" | "paused" | "waiting" | "over";
  readonly starts_ms: number;
  readonly started_ms: number;
  readonly closed_ms: number;
  readonly counts: {
    readonly people: number;
    readonly departments: number | null;
    readonly cards: number;
    readonly decisions: number;
    readonly signed: number;
  };
  readonly decisions: readonly Decided[];
  readonly shares: readonly {
    readonly department: string;
    readonly owns: readonly number[];
    readonly helps: readonly number[];
  }[];
  readonly ideas: readonly { readonly idea: string | null; readonly offer: Offer }[];
  readonly votes: readonly Vote[];
  readonly parking_lot: readonly (string | null)[];
  readonly steps: readonly StepTime[];
  readonly time: {
    readonly planned_ms: number;
    readonly real_ms: number;
    readonly between_ms: number;
    readonly after_ms: number;
  };
  readonly next_due: string | null;
}

/** There is no result; the message is a sentence for the person. */
export class NoResult extends Error {
  /** The server did not answer, so that asking again may help. */
  readonly passing: boolean;

  constructor(message: string, passing: boolean) {
    super(message);
    this.passing = passing;
  }
}

/** One question for a result. Throws `NoResult` where the server says no, or nothing. */
export async function askResult(code: string, token: string, body: object): Promise<Response> {
  const answer = await fetch(`/api/rooms/${code}/result`, {
    method: "POST",
    headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json" },
    body: JSON.stringify(body),
  }).catch(() => null);
  if (answer?.ok) return answer;
  const said = (await answer?.json().catch(() => null)) as { message?: Both } | null;
  const message: Pair = said?.message ? [said.message.ru, said.message.en] : words.noAnswer;
  throw new NoResult(t(message), !answer || answer.status >= 500);
}

export async function fetchResult(code: string, token: string): Promise<Result> {
  const answer = await askResult(code, token, {});
  return answer.json() as Promise<Result>;
}

/** Saves the result as a file, under the name that the server gives it. */
export async function download(room: Room, kind: Kind): Promise<void> {
  const utc_offset = -new Date().getTimezoneOffset();
  const body = { as: kind, lang: lang.peek(), utc_offset };
  const answer = await askResult(room.session.code, room.session.token, body);
  save(await answer.blob(), nameOf(answer.headers.get("Content-Disposition") ?? "", kind));
}

function nameOf(disposition: string, kind: Kind): string {
  const [, quoted] = /filename\*=UTF-8''([^;]+)/.exec(disposition) ?? [];
  return quoted ? decodeURIComponent(quoted) : `result.${kind}`;
}

const KEPT_MS = 60_000;

export function save(content: Blob, name: string): void {
  const url = URL.createObjectURL(content);
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), KEPT_MS);
}
