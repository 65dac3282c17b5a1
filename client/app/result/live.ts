/** Keeps the result of a room up to date while its page is looked at, and the last one offline. */
import { effect, type Signal, signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Kind } from "../replica";
import type { Room } from "../room";
import { fetchResult, type NoResult, type Result } from "./data";

const SOON_MS = 400;
/** When a session ends everybody asks at once, so each waits a moment of its own. */
const SPREAD_MS = 800;
const AGAIN_MS = 4_000;
const CHANGES: readonly Kind[] = ["decision", "trace", "help", "tally", "group", "step", "card"];

export interface Kept {
  readonly result: Result | null;
  /** Why there is no newer one, as a sentence; empty where all is well. */
  readonly problem: string;
}

const rooms = new WeakMap<Room, Signal<Kept>>();

/** The last result of this room that the page has seen. */
function keptOf(room: Room): Signal<Kept> {
  const known = rooms.get(room);
  if (known) return known;
  const kept = signal<Kept>({ result: null, problem: "" });
  rooms.set(room, kept);
  return kept;
}

/** Calls `changed` at once, and whenever something changes that a result tells. */
function watch(room: Room, changed: () => void): () => void {
  return effect(() => {
    for (const kind of CHANGES) room.replica.room.all(kind);
    void room.agenda.value;
    void room.facts.value;
    if (room.socket.link.value.state === "online") changed();
  });
}

export function useResult(room: Room): Kept {
  const kept = keptOf(room);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const ask = (after: number) => {
      clearTimeout(timer);
      timer = setTimeout(fetchNow, after);
    };
    const fetchNow = () =>
      fetchResult(room.session.code, room.session.token).then(
        (result) => {
          kept.value = { result, problem: "" };
        },
        (why: NoResult) => {
          kept.value = { ...kept.peek(), problem: why.message };
          if (why.passing) ask(AGAIN_MS + Math.random() * SPREAD_MS);
        },
      );
    const soon = () => ask(kept.peek().result ? SOON_MS + Math.random() * SPREAD_MS : 0);
    const stop = watch(room, soon);
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, [room]);
  return kept.value;
}
