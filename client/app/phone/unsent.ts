/** Words that lie on this device alone. */
import { signal } from "@preact/signals";
import type { Room } from "../room";
import type { Step } from "../wire";

/** What the person is called and where from is asked for again; numbers are choices, not words. */
const PROFILE = ["0:name", "0:department"];
const CHOICE = /^[\d-]*$/;

/** A text that was just thrown away, and can be taken back for some seconds. */
export const thrown = signal<{ readonly step: number; readonly text: string } | null>(null);

/** All of them: typed, on their way, and refused. Each once. */
export function unsentWords(room: Room): readonly string[] {
  const typed = Object.entries(room.drafts.all.value)
    .filter(([key, text]) => !PROFILE.includes(key) && !CHOICE.test(text))
    .map(([, text]) => text);
  const going = [...room.outbox.entries.value, ...room.outbox.returned.value]
    .filter((entry) => entry.command[0] !== "join")
    .flatMap((entry) => entry.words);
  return [...new Set([...going, ...typed].map((text) => text.trim()).filter(Boolean))];
}

/** Steps whose composer still holds a text although they take no more input. */
export function leftovers(room: Room): readonly Step[] {
  return Object.keys(room.drafts.all.value)
    .filter((key) => key.endsWith(":idea"))
    .map((key) => room.stepOf(Number(key.split(":")[0])))
    .filter((step) => step !== undefined)
    .filter((step) => !step.input && step.state !== "ahead");
}
