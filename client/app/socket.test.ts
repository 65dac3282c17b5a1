import { decode, encode } from "@msgpack/msgpack";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Message } from "./messages";
import { Socket, type Wire } from "./socket";
import { CLOSE } from "./wire";

class FakeWire implements Wire {
  binaryType = "";
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: ArrayBuffer }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;
  readonly sent: unknown[] = [];
  closed = false;
  send(bytes: Uint8Array): void {
    this.sent.push(decode(bytes));
  }
  close(): void {
    this.closed = true;
  }
  tell(message: readonly unknown[]): void {
    const bytes = encode(message);
    this.onmessage?.({ data: bytes.slice().buffer });
  }
  welcome(): void {
    this.onopen?.();
    this.tell(["welcome", 1, "ABC234", "log", 5, 0, 8, 1_000]);
  }
}

function setUp() {
  const wires: FakeWire[] = [];
  const heard: Message[] = [];
  const ping = vi.fn();
  const open = () => {
    const wire = new FakeWire();
    wires.push(wire);
    return wire;
  };
  const ends = { hello: () => ["hello"], receive: (m: Message) => void heard.push(m), ping };
  const socket = new Socket(open, ends, () => 1);
  socket.connect();
  const last = () => wires[wires.length - 1] as FakeWire;
  return { socket, wires, heard, ping, last };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("says hello first and sends nothing before the welcome", () => {
  const { socket, last, heard } = setUp();
  expect(socket.send(["ping", 1])).toBe(false);
  last().welcome();
  expect(last().sent).toEqual([["hello"]]);
  expect(heard[0]).toMatchObject({ tag: "welcome", client: 5, role: 8 });
  expect(socket.send(["ping", 1])).toBe(true);
});

test("a message with an unknown tag is left out", () => {
  const { last, heard } = setUp();
  last().welcome();
  last().tell(["hologram", 1]);
  expect(heard).toHaveLength(1);
});

describe("after a loss", () => {
  test("it comes back with pauses that double up to five seconds", () => {
    const { wires, last } = setUp();
    const pauses = [250, 500, 1_000, 2_000, 4_000, 5_000, 5_000];
    for (const pause of pauses) {
      const before = wires.length;
      last().onclose?.({ code: 1006 });
      vi.advanceTimersByTime(pause - 1);
      expect(wires).toHaveLength(before);
      vi.advanceTimersByTime(1);
      expect(wires).toHaveLength(before + 1);
    }
  });

  test.each([CLOSE.TAKEN_OVER, CLOSE.REVOKED, CLOSE.NO_SUCH_ROOM, CLOSE.VERSION])(
    "with code %i it stays away",
    (code) => {
      const { socket, wires, last } = setUp();
      last().welcome();
      last().onclose?.({ code });
      vi.advanceTimersByTime(60_000);
      expect(wires).toHaveLength(1);
      expect(socket.link.value).toEqual({ state: "stopped", code });
    },
  );

  test("a farewell keeps it away for as long as the server asked", () => {
    const { socket, wires, last } = setUp();
    last().welcome();
    socket.farewell(3_000);
    last().onclose?.({ code: CLOSE.RESTARTING });
    vi.advanceTimersByTime(2_999);
    expect(wires).toHaveLength(1);
    vi.advanceTimersByTime(1);
    expect(wires).toHaveLength(2);
  });

  test("waking up gives up an attempt from before the sleep, and no younger one", () => {
    const { socket, wires } = setUp();
    vi.advanceTimersByTime(1_999);
    socket.test();
    expect(wires).toHaveLength(1);
    vi.advanceTimersByTime(1);
    socket.test();
    expect(wires).toHaveLength(2);
  });

  test("waking up connects at once", () => {
    const { socket, wires, last } = setUp();
    last().onclose?.({ code: 1006 });
    socket.test();
    expect(wires).toHaveLength(2);
  });
});

describe("a socket that only looks alive", () => {
  test("is replaced when nothing comes within two seconds", () => {
    const { socket, wires, ping, last } = setUp();
    last().welcome();
    socket.test();
    expect(ping).toHaveBeenCalledOnce();
    vi.advanceTimersByTime(2_000);
    expect(wires).toHaveLength(2);
    expect(wires[0]?.closed).toBe(true);
  });

  test("is kept when anything comes", () => {
    const { socket, wires, last } = setUp();
    last().welcome();
    socket.test();
    last().tell(["pong", 1, 2]);
    vi.advanceTimersByTime(2_000);
    expect(wires).toHaveLength(1);
    expect(socket.link.value.state).toBe("online");
  });

  test("is given up when no welcome comes", () => {
    const { socket, last } = setUp();
    last().onopen?.();
    vi.advanceTimersByTime(8_000);
    expect(socket.link.value.state).toBe("waiting");
  });
});

describe("many phones that lose one server", () => {
  /** When each of so many phones comes back for the first time, in milliseconds. */
  function returns(phones: number, lose: (socket: Socket, wire: FakeWire) => void): number[] {
    return Array.from({ length: phones }, (_, n) => {
      const wires: FakeWire[] = [];
      const open = () => {
        const wire = new FakeWire();
        wires.push(wire);
        return wire;
      };
      const ends = { hello: () => ["hello"], receive: () => {}, ping: () => {} };
      const socket = new Socket(open, ends, () => (n + 0.5) / phones);
      socket.connect();
      wires[0]?.welcome();
      const start = Date.now();
      lose(socket, wires[0] as FakeWire);
      while (wires.length < 2) vi.advanceTimersToNextTimer();
      return Date.now() - start;
    });
  }

  test("come back spread over all the time that its farewell gave, none later", () => {
    const after = returns(30, (socket, wire) => {
      socket.farewell(3_000);
      wire.onclose?.({ code: CLOSE.RESTARTING });
    });
    for (let second = 0; second < 3; second++) {
      const now = after.filter((ms) => ms >= second * 1_000 && ms < (second + 1) * 1_000);
      expect(now).toHaveLength(10);
    }
  });

  test("spread from nothing on where it was lost without a word", () => {
    const after = returns(25, (_, wire) => wire.onclose?.({ code: 1006 }));
    expect(Math.min(...after)).toBeLessThan(25);
    expect(Math.max(...after)).toBeLessThanOrEqual(250);
    expect(Math.max(...after)).toBeGreaterThan(225);
  });
});

test("a phone that was told farewell and finds nobody asks less and less often", () => {
  const { socket, wires, last } = setUp();
  last().welcome();
  socket.farewell(3_000);
  last().onclose?.({ code: CLOSE.RESTARTING });
  vi.advanceTimersByTime(3_000);
  for (let n = 0; n < 60; n++) {
    last().onclose?.({ code: 1006 });
    vi.advanceTimersByTime(1_000);
  }
  expect(wires.length).toBeLessThan(20);
});
