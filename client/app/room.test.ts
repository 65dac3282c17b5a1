import { decode, encode } from "@msgpack/msgpack";
import { effect } from "@preact/signals";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Room } from "./room";
import { Session } from "./session";
import type { Wire } from "./socket";
import { makeStore } from "./store";
import { commands, IDS_OF_AN_ENTRY } from "./wire";

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
    greet(seat, client);
    last().tell("patch", false, 0, 0, "", 0, [], []);
  };
  /** Welcome, and nothing of the room yet. */
  const greet = (seat = 0, client = 5) =>
    last().tell("welcome", 1, "ABC234", "log", client, seat, 8, Date.now(), 8, 0);
  return { room, session, lines, last, enter, greet, forget };
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

const refs = (line: Line) => line.of("do").map((message) => message[1]);
/** A patch of the room in which there is nothing to be seen. */
const quiet = (since: number, seq: number, stable = 0) =>
  ["patch", false, since, seq, `c${seq}`, stable, [], []] as const;

/** Somebody whose ideas 1 and 2 were acknowledged at 21 and 22, and who has seen the room at 22. */
function writer() {
  const all = setUp();
  const { room, last, enter } = all;
  enter(700);
  last().tell("patch", false, 0, 9, "c9", 0, [step(false), agenda(STEP)], []);
  for (const ref of [1, 2]) {
    void room.do(commands.postIdea(0), [`idea ${ref}`]);
    last().tell("ack", ref, 0, 20 + ref, [(20 + ref) << 12], [], [], "");
  }
  last().tell(...quiet(9, 22));
  const again = () => {
    room.socket.connect();
    last().onopen?.();
    all.greet(700);
  };
  return { ...all, again };
}

describe("W8: what was acknowledged", () => {
  test("is offered again first after a reset, then what was unanswered and what is new", () => {
    const { room, last, again } = writer();
    void room.do(commands.postIdea(0), ["idea 3"]);
    again();
    void room.do(commands.postIdea(0), ["idea 4"]);
    last().tell("reset", "another_history");
    expect(refs(last())).toEqual([]);
    last().tell("patch", false, 0, 5, "other", 0, [step(false), agenda(STEP)], []);
    expect(refs(last())).toEqual([1]);
    last().tell("ack", 1, 0, 6, [6 << 12], [], [], "");
    expect(refs(last())).toEqual([1, 2]);
    last().tell("ack", 2, 0, 7, [7 << 12], [], [], "");
    expect(refs(last())).toEqual([1, 2, 3, 4]);
    expect(room.refusal.value).toBeNull();
  });

  test("is not offered where the position fits, nor after other resets", () => {
    const { last, again } = writer();
    again();
    last().tell(...quiet(22, 22));
    expect(refs(last())).toEqual([]);
    last().tell("reset", "too_far_behind");
    last().tell("patch", false, 0, 23, "c23", 0, [step(false), agenda(STEP)], []);
    expect(refs(last())).toEqual([]);
  });

  test("is offered where no patch has confirmed it, and all that is private is asked for", () => {
    const { room, last, again } = writer();
    void room.do(commands.postIdea(0), ["idea 3"]);
    last().tell("ack", 3, 0, 23, [23 << 12], [], [], "");
    again();
    expect(last().of("hello")[0]?.slice(5)).toEqual([["log", 22, "c22"], 0]);
    last().tell(...quiet(22, 22));
    expect(refs(last())).toEqual([3]);
  });

  test("is let go when it is stable", () => {
    const { last, again } = writer();
    last().tell(...quiet(22, 22, 21));
    again();
    last().tell("reset", "another_log");
    last().tell("patch", false, 0, 5, "other", 0, [step(false), agenda(STEP)], []);
    expect(refs(last())).toEqual([2]);
  });

  test("survives a reload, and is offered after it", () => {
    writer();
    const { last, enter } = setUp("");
    enter(700);
    expect(refs(last())).toEqual([1]);
  });

  test("is nobody else's to offer", () => {
    writer();
    const { last, enter } = setUp("");
    enter(800);
    expect(refs(last())).toEqual([]);
  });

  test.each([
    [ROUND, true],
    [ROUND + 1, false],
  ])("of an anonymous round goes out again only in that round: %i %j", (round, expected) => {
    const { room, last, enter } = setUp();
    enter(700);
    last().tell("patch", false, 0, 9, "c9", 0, [step(true), agenda(STEP)], []);
    void room.do(commands.castDots(1, 1));
    last().tell("ack", 1, ROUND, 21, [], [], [], "");
    last().tell("reset", "another_history");
    const [tag, ...fields] = step(true);
    fields[10] = round;
    last().tell("patch", false, 0, 5, "other", 0, [[tag, ...fields], agenda(STEP)], []);
    expect(last().of("do")).toHaveLength(expected ? 2 : 1);
    expect(room.refusal.value).toBe(expected ? null : "too_late");
  });
});

const card = (id: number, text: string) =>
  ["card", id, STEP, 0, text, 9, "Boris", 8, 0, "shown", 0, 1, false] as const;

test.each([
  ["the same card", "Boris wrote this", 2],
  ["another card", "Vera wrote that", 1],
])("W8: a command about a young card is offered again only for %s", (_, text, offered) => {
  const { room, last } = writer();
  const young = 23 * IDS_OF_AN_ENTRY;
  last().tell("patch", false, 22, 23, "c23", 21, [card(young, "Boris wrote this")], []);
  void room.do(commands.hideCard(young));
  last().tell("ack", 3, 0, 24, [], [], [], "");
  last().tell("reset", "another_history");
  const put = [step(false), agenda(STEP), card(young, text)];
  last().tell("patch", false, 0, 25, "other", 0, put, []);
  last().tell("ack", 2, 0, 26, [26 * 4096], [], [], "");
  expect(last().of("do").slice(3)).toHaveLength(offered);
  expect(room.refusal.value).toBe(offered === 1 ? "unknown_target" : null);
});

test("after a reset the room is seen as it was until the whole view comes, and drafts stay", () => {
  const { room, last } = writer();
  const seen: unknown[] = [];
  room.drafts.set(STEP, "idea", "half a thought");
  effect(() => void seen.push(room.step.value?.id));
  last().tell("reset", "another_history");
  last().tell("patch", false, 0, 5, "other", 0, [step(false), agenda(STEP)], []);
  last().tell("patch", true, 0, 5, "other", 0, [], []);
  expect(new Set(seen)).toEqual(new Set([STEP]));
  expect(room.ready.value).toBe(true);
  expect(room.drafts.get(STEP, "idea")).toBe("half a thought");
});

test("a seat that the log has lost is taken again, with the drafts of the lost one", () => {
  const { room, last, enter, greet } = setUp();
  enter();
  void room.join("Anna", 0, "", "onsite");
  last().tell("ack", 1, 0, 9, [700], [], [], "seat.token");
  room.drafts.set(STEP, "idea", "half a thought");
  room.socket.connect();
  last().onopen?.();
  greet(0); // the seat's token is as good as the link's there
  last().tell("reset", "another_history");
  last().tell(...quiet(0, 3));
  expect(room.seat.value).toBe(700);
  expect(last().of("do")[0]?.[5]).toEqual(["join", 0, "onsite", 0]);
  last().tell("ack", 1, 0, 4, [800], [], [], "seat.other");
  expect(room.seat.value).toBe(800);
  expect(room.drafts.get(STEP, "idea")).toBe("half a thought");
});

test("a seat that was lost and cannot be taken again leads to the door", () => {
  const { room, last, enter, greet } = setUp();
  enter();
  void room.join("Anna", 0, "", "onsite");
  last().tell("ack", 1, 0, 9, [700], [], [], "seat.token");
  room.socket.connect();
  last().onopen?.();
  greet(0);
  last().tell("reset", "another_history");
  last().tell(...quiet(0, 3));
  last().tell("refused", 1, 0, "room_full");
  expect(room.seat.value).toBe(0);
});

describe("an answer that lets itself be waited for", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  test("is told of after a while, until nothing waits any more", () => {
    const { room, last } = writer();
    void room.do(commands.postIdea(0), ["idea 3"]);
    vi.advanceTimersByTime(1_499);
    expect(room.late.value).toBe(false);
    vi.advanceTimersByTime(1);
    expect(room.late.value).toBe(true);
    void room.do(commands.postIdea(0), ["idea 4"]);
    last().tell("ack", 3, 0, 23, [], [], [], "");
    expect(room.late.value).toBe(true);
    last().tell("ack", 4, 0, 24, [], [], [], "");
    expect(room.late.value).toBe(false);
  });

  test("is not told of while each comes soon, though something is always under way", () => {
    const { room, last } = writer();
    for (let ref = 3; ref < 8; ref++) {
      void room.do(commands.postIdea(0), [`idea ${ref}`]);
      vi.advanceTimersByTime(700);
      if (ref > 3) last().tell("ack", ref - 1, 0, 20 + ref, [], [], [], "");
      expect(room.late.value).toBe(false);
    }
  });
});
