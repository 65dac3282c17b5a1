/** Questions of the home page to the server. */
import type { Both } from "../result/data";
import { type Pair, t } from "../words";
import { home } from "../words/home";

export const pair = (text: Both): Pair => [text.ru, text.en];

/** The server said no, or nothing; the message is a sentence for the person. */
export class Refusal extends Error {
  /** What it is about, as the server calls it; empty where it did not answer. */
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** Asks the server. Throws a `Refusal` where it says no. */
export async function ask<T>(path: string, body?: object, token = ""): Promise<T> {
  const headers: Record<string, string> = { "Content-Type": "application/json" };
  if (token) headers.Authorization = `Bearer ${token}`;
  const options = body && { method: "POST", headers, body: JSON.stringify(body) };
  const answer = await fetch(path, options).catch(() => null);
  if (answer?.ok) return answer.json() as Promise<T>;
  const said = await answer?.json().catch(() => null);
  throw new Refusal(said?.error ?? "", said?.message ? t(pair(said.message)) : t(home.failed));
}
