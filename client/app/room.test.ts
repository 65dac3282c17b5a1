import { decode, encode } from "@msgpack/msgpack";
import { beforeEach, expect, test, vi } from "vitest";
import { Room } from "./room";
import { Session } from "./session";
import type { Wire } from "./socket";
import { makeStore } from "./store";
import { commands } from "./wire";

type Sent = readonly unknown[];

/** A server's end of one connection, and what came over it. */
class Line implements Wire {
  binaryType = "";
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: ArrayBuffer }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;
  readonly sent: Sent[] = [];
  send(bytes: Uint8Array): void {
    this.sent.push(decode(bytes) as Sent);
  }
  close(): void {}
  tell(...message: unknown[]): void {
    this.onmessage?.({ data: encode(message).slice().buffer });
  }
  of(tag: string): Sent[] {
    return this.sent.filter((message) => message[0] === tag);
  }
}

const STEP = 4097;
const ROUND = 8192;
const step = (anonymous: boolean, input = true) => [
  "step",
  STEP,
  "ideate",
  ["", ""],
  ["", ""],
  60_000,
  "grace",
  8,
  8,
  anonymous,
  "open",
  ROUND,
  input,
  0,
  0,
  0,
  0,
  false,
];
const agenda = (current: number) => ["agenda", 2, [STEP], current, "running", 0, 1, 1, false];

function memory() {
  const kept = new Map<string, string>();
  return makeStore(
    () =>
      ({
        getItem: (key: string) => kept.get(key) ?? null,
        setItem: (key: string, text: string) => void kept.set(key, text),
        removeItem: (key: string) => void kept.delete(key),
      }) as unknown as Storage,
  );
}

const stores = { device: memory(), tab: memory() };
beforeEach(() => {
  stores.device = memory();
  stores.tab = memory();
});

function setUp(hash = "#link.token") {
  const lines: Line[] = [];
  const forget = vi.fn();
  const place = { pathname: "/r/abc234", search: "", hash };
  const session = new Session(place, forget, stores.device, stores.tab);
  const room = new Room(session, () => {
    const line = new Line();
    lines.push(line);
    return line;
  });
  room.socket.connect();
  const last = () => lines[lines.length - 1] as Line;
  const enter = (seat = 0, client = 5) => {
    last().onopen?.();
    last().tell("welcome", 1, "ABC234", "log", client, seat, 8, Date.now(), 8, 0);
  };
  return { room, session, lines, last, enter, forget };
}

test("the token leaves the address bar and is used from then on", () => {
  const { last, forget } = setUp();
  last().onopen?.();
  expect(forget).toHaveBeenCalledWith("/r/abc234");
  expect(last().of("hello")[0]?.[2]).toBe("link.token");
  const again = setUp("");
  again.last().onopen?.();
  expect(again.last().of("hello")[0]?.[2]).toBe("link.token");
});

test("joining keeps the seat's token for the next hello", async () => {
  const { room, last, enter } = setUp();
  enter();
  const joined = room.join("Anna", 0, "", "onsite");
  expect(last().of("do")[0]).toEqual(["do", 1, 0, 0, 0, ["join", 0, "onsite", 0], ["Anna"]]);
  last().tell("ack", 1, 0, 9, [700], [["me", 700, 8, "Anna", 0, "onsite"]], [], "seat.token");
  expect(await joined).toEqual({ ok: true, made: [700] });
  expect(room.me.value?.name).toBe("Anna");
  room.socket.connect();
  last().onopen?.();
  expect(last().of("hello")[0]?.[2]).toBe("seat.token");
  expect(last().of("hello")[0]?.[3]).toBe(5);
});

test("who chose a role on joining comes back with the seat, from the beginning", async () => {
  const { room, last, lines } = setUp();
  last().onopen?.();
  last().tell("welcome", 1, "ABC234", "log", 5, 0, 32, Date.now(), 8 | 32, 0);
  last().tell("patch", false, 0, 9, "c9", 9, [agenda(STEP)], []);
  expect(room.linkRoles.value).toBe(8 | 32);
  const joined = room.join("Anna", 0, "", "onsite", 8);
  last().tell("ack", 1, 0, 10, [700], [], [], "seat.token");
  expect(await joined).toEqual({ ok: true, made: [700] });
  expect(room.ready.value).toBe(false);
  expect(lines).toHaveLength(2);
  last().onopen?.();
  const hello = last().of("hello")[0];
  expect(hello?.[2]).toBe("seat.token");
  expect(hello?.slice(5)).toEqual([["log", 0, ""], 0]);
});

test("in an anonymous step an idea goes in the round's lane, other commands do not", () => {
  const { room, last, enter } = setUp();
  enter(700);
  last().tell("patch", false, 0, 9, "c9", 9, [step(true), agenda(STEP)], []);
  void room.do(commands.postIdea(0), ["secret"]);
  void room.do(commands.parkTopic(), ["open"]);
  expect(
    last()
      .of("do")
      .map((message) => message.slice(0, 5)),
  ).toEqual([
    ["do", 1, ROUND, STEP, 9],
    ["do", 1, 0, STEP, 9],
  ]);
});

test("unanswered commands are sent again under the same refs", () => {
  const { room, last, enter } = setUp();
  enter(700);
  void room.do(commands.raiseHand());
  room.socket.connect();
  enter(700);
  expect(
    last()
      .of("do")
      .map((message) => message[1]),
  ).toEqual([1]);
});

test("a patch with a gap before it makes the page ask anew", () => {
  const { lines, last, enter } = setUp();
  enter(700);
  last().tell("patch", false, 0, 9, "c9", 9, [agenda(0)], []);
  last().tell("patch", false, 12, 13, "c13", 13, [], []);
  expect(lines).toHaveLength(2);
  last().onopen?.();
  expect(last().of("hello")[0]?.[5]).toEqual(["log", 9, "c9"]);
});

test("a refusal without words is shown, one with words keeps them", async () => {
  const { room, last, enter } = setUp();
  enter(700);
  const hand = room.do(commands.raiseHand());
  last().tell("refused", 1, 0, "not_your_step");
  expect(await hand).toEqual({ ok: false, code: "not_your_step" });
  expect(room.refusal.value).toBe("not_your_step");
  room.refusal.value = null;
  void room.do(commands.parkTopic(), ["kept"]);
  last().tell("refused", 2, 0, "room_closed");
  expect(room.refusal.value).toBeNull();
  expect(room.outbox.returned.value[0]?.words).toEqual(["kept"]);
});

test("done falls back when the step moves on", () => {
  const { room, last, enter } = setUp();
  enter(700);
  last().tell("patch", false, 0, 9, "c9", 9, [step(false), agenda(STEP)], []);
  room.setDone(true);
  expect(last().of("here").slice(-1)[0]).toEqual(["here", STEP, true, false]);
  last().tell("patch", false, 9, 10, "c10", 10, [agenda(0)], []);
  expect(room.done.value).toBe(false);
});
