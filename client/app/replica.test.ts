import { effect } from "@preact/signals";
import { describe, expect, test } from "vitest";
import type { Ack, Packed, Patch } from "./messages";
import { Replica } from "./replica";

const card = (id: number, text: string): Packed => [
  "card",
  id,
  4097,
  0,
  text,
  7,
  "Anna",
  8,
  0,
  "shown",
  0,
  1,
  false,
];

function patch(since: number, seq: number, put: Packed[], gone: [string, number][] = []): Patch {
  return { own: false, since, seq, chain: `c${seq}`, stable_seq: seq, put, gone };
}

function ack(seq: number, put: Packed[]): Ack {
  return { ref: 1, lane: 0, seq, made: [], put, gone: [], token: "" };
}

describe("a patch", () => {
  test("names the fields of a view in the order of the wire", () => {
    const replica = new Replica();
    replica.apply(patch(0, 5, [card(9, "fast")]));
    expect(replica.room.one("card", 9)).toMatchObject({ text: "fast", name: "Anna", rank: 1 });
    expect([replica.room.seq, replica.chain]).toEqual([5, "c5"]);
  });

  test("that begins after what is known is not taken", () => {
    const replica = new Replica();
    replica.apply(patch(0, 5, []));
    expect(replica.apply(patch(7, 8, [card(9, "gap")]))).toBe(false);
    expect(replica.room.one("card", 9)).toBeUndefined();
    expect(replica.room.seq).toBe(5);
  });

  test("that is old changes nothing", () => {
    const replica = new Replica();
    replica.apply(patch(0, 5, [card(9, "new")]));
    expect(replica.apply(patch(0, 4, [card(9, "old")]))).toBe(true);
    expect(replica.room.one("card", 9)?.text).toBe("new");
    expect(replica.room.seq).toBe(5);
  });

  test("that overlaps what is known is taken", () => {
    const replica = new Replica();
    replica.apply(patch(0, 5, [card(9, "one")]));
    expect(replica.apply(patch(3, 8, [card(9, "two")]))).toBe(true);
    expect(replica.room.one("card", 9)?.text).toBe("two");
  });

  test("removes what is gone", () => {
    const replica = new Replica();
    replica.apply(patch(0, 5, [card(9, "a"), card(3, "b")]));
    replica.apply(patch(5, 6, [], [["card", 9]]));
    expect(replica.room.all("card").map((one) => one.id)).toEqual([3]);
  });

  test("with a tag of a newer server leaves the rest readable", () => {
    const replica = new Replica();
    replica.apply(patch(0, 5, [["hologram", 1, "?"], ["constructor", 1], card(9, "a")]));
    expect(replica.room.all("card")).toHaveLength(1);
  });

  test("for the private table does not touch the room's", () => {
    const replica = new Replica();
    replica.apply({ ...patch(0, 5, [card(9, "mine")]), own: true });
    expect(replica.room.seq).toBe(0);
    expect(replica.own.one("card", 9)?.text).toBe("mine");
    expect(replica.chain).toBe("");
  });
});

test("what an ack brings lies in the private table, which then stands at the command", () => {
  const replica = new Replica();
  replica.take(ack(12, [card(9, "mine")]));
  expect(replica.own.one("card", 9)?.text).toBe("mine");
  expect(replica.apply({ ...patch(12, 13, []), own: true })).toBe(true);
  replica.take(ack(4, []));
  expect(replica.own.seq).toBe(13);
});

test("all views of a kind come in the order of their ids", () => {
  const replica = new Replica();
  replica.apply(patch(0, 5, [card(30, "c"), card(4, "a"), card(17, "b")]));
  expect(replica.room.all("card").map((one) => one.id)).toEqual([4, 17, 30]);
});

test("a reader is told of changes of its kind only, once a patch", () => {
  const replica = new Replica();
  let reads = 0;
  const stop = effect(() => {
    replica.room.all("card");
    reads++;
  });
  replica.apply(patch(0, 5, [card(1, "a"), card(2, "b")]));
  expect(reads).toBe(2);
  replica.apply(patch(5, 6, [["part", 1, 3]]));
  expect(reads).toBe(2);
  stop();
});

test("after a reset the whole view takes the place of the old one, which is seen until then", () => {
  const replica = new Replica();
  replica.apply(patch(0, 50, [card(9, "a")]));
  replica.reset();
  expect(replica.room.all("card")).toHaveLength(1);
  expect(replica.apply(patch(1, 8, [card(8, "a part")]))).toBe(false);
  expect(replica.apply(patch(0, 7, [card(8, "b")]))).toBe(true);
  expect(replica.room.all("card").map((view) => view.id)).toEqual([8]);
  expect(replica.room.seq).toBe(7);
});

test("what no chain vouches for is asked for anew, and replaced", () => {
  const replica = new Replica();
  replica.apply(patch(0, 5, []));
  replica.apply({ ...patch(0, 5, [card(9, "mine")]), own: true });
  expect(replica.ownPosition()).toBe(5);
  replica.own.write([card(11, "perhaps lost")], []);
  replica.own.seq = 8;
  expect(replica.ownPosition()).toBe(0);
  replica.apply({ ...patch(0, 7, [card(9, "mine")]), own: true });
  expect(replica.own.all("card").map((view) => view.id)).toEqual([9]);
});

test("what a thing is does not depend on what was done to it", () => {
  const replica = new Replica();
  replica.apply(patch(0, 5, [card(9, "a")]));
  const seen = replica.sight(9);
  replica.own.write([["ballot", 9, 4097, 0, "agree"]], []);
  const moved = card(9, "a").map((field, n) => (n === 10 ? 77 : field)) as unknown as Packed;
  replica.apply(patch(5, 6, [moved, ["tally", 9, 4097, 1, 0, 1, 0, 0]]));
  expect(replica.sight(9)).toBe(seen);
  replica.apply(patch(6, 7, [card(9, "b")]));
  expect(replica.sight(9)).not.toBe(seen);
});
