/** The upper zone with its clock, the connection, and what is told in passing. */
import { effect } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import { ConnectionNote, Toast } from "../parts";
import { ReturnedWords } from "../phone/returned";
import { Top } from "../phone/top";
import type { Room } from "../room";
import type { Link } from "../socket";
import { Timing } from "../timing";
import { CLOSE, commands } from "../wire";
import type { Pair } from "../words";
import { shown } from "../words/components";
import { roomIn, type Scene, say } from "./samples";
import * as sayings from "./sayings";
import { One } from "./specimen";

const SECOND_MS = 1_000;
const CLOCKS: readonly (readonly [Pair, Partial<Scene>])[] = [
  [shown.calm, {}],
  [shown.warn, { left_ms: 48 * SECOND_MS }],
  [shown.end, { left_ms: 8 * SECOND_MS }],
  [shown.over, { state: "waiting", left_ms: 0 }],
  [shown.pause, { state: "paused", left_ms: 130 * SECOND_MS }],
];

export function Clocks() {
  return (
    <>
      {CLOCKS.map(([name, scene]) => (
        <One key={name[1]} name={name}>
          <UpperZone scene={scene} />
        </One>
      ))}
    </>
  );
}

function UpperZone({ scene }: { scene: Partial<Scene> }) {
  const room = useMemo(() => roomIn({ kind: "ideate", ...scene }), [scene]);
  const timing = useMemo(() => new Timing(room), [room]);
  return (
    <div class={timing.level.value}>
      <Top room={room} timing={timing} />
    </div>
  );
}

export function Connections() {
  return (
    <>
      <One name={shown.lost}>
        <Connection link={{ state: "waiting", until: Date.now() + 4 * SECOND_MS, code: 1006 }} />
      </One>
      <One name={shown.sending}>
        <Sending />
      </One>
      <One name={shown.stopped}>
        <Connection link={{ state: "stopped", code: CLOSE.REVOKED }} />
        <Connection link={{ state: "stopped", code: CLOSE.TAKEN_OVER }} />
      </One>
    </>
  );
}

function Connection({ link }: { link: Link }) {
  const room = useMemo(() => roomIn({ kind: "ideate" }), []);
  useEffect(() => {
    room.socket.link.value = link;
  }, []);
  return <ConnectionNote room={room} />;
}

/** The upper zone while an answer lets itself be waited for. */
function Sending() {
  const room = useMemo(() => roomIn({ kind: "ideate" }), []);
  const timing = useMemo(() => new Timing(room), [room]);
  useEffect(() => {
    void room.do(commands.postIdea(0), [say(sayings.IDEAS[0])]);
    room.late.value = true;
  }, []);
  return <Top room={room} timing={timing} />;
}

/** A room whose refusal is told again whenever it has been read. */
function refusing(): Room {
  const room = roomIn({ kind: "vote" });
  effect(() => {
    room.refusal.value ??= "too_many_on_one";
  });
  return room;
}

/** A room that could not take what was written. */
function returning(): Room {
  const room = roomIn({ kind: "ideate" });
  const entry = { ref: 1, lane: 0, step: 11, seen: 1, command: commands.postIdea(0) };
  room.outbox.returned.value = [{ ...entry, words: [say(sayings.IDEAS[0])], code: "too_late" }];
  return room;
}

export function Told() {
  const [toast, returned] = useMemo(() => [refusing(), returning()] as const, []);
  return (
    <>
      <One name={shown.refused}>
        <Toast room={toast} />
      </One>
      <One name={shown.returned}>
        <ReturnedWords room={returned} />
      </One>
    </>
  );
}
