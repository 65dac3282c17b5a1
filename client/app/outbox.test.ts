import { describe, expect, test, vi } from "vitest";
import { type Entry, LATER_MS, Outbox } from "./outbox";
import { makeStore, type Store } from "./store";
import { commands, UNANSWERED } from "./wire";
import { replaces } from "./wishes";

/** A browser's storage in memory; with `room` 0 it refuses everything. */
function storage(room = Number.POSITIVE_INFINITY) {
  const kept = new Map<string, string>();
  const area = {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, text: string) => {
      if (text.length > room) throw new Error("QuotaExceededError");
      kept.set(key, text);
    },
    removeItem: (key: string) => kept.delete(key),
  };
  return { kept, store: () => makeStore(() => area as unknown as Storage) };
}

function outbox(store: Store = storage().store(), client = 77): Outbox {
  const made = new Outbox(store, "oneroom:ABC234:r");
  made.own(client);
  return made;
}

const idea = (text: string, lane = 0): Omit<Entry, "ref"> => ({
  lane,
  step: 4097,
  seen: 3,
  command: commands.postIdea(0),
  words: [text],
});

const refs = (entries: readonly Entry[]) => entries.map((entry) => entry.ref);

describe("refs", () => {
  test("grow from 1 in every lane by itself", () => {
    const out = outbox();
    void out.add(idea("a"));
    void out.add(idea("b", 900));
    void out.add(idea("c"));
    expect(out.entries.value.map((entry) => [entry.lane, entry.ref])).toEqual([
      [0, 1],
      [900, 1],
      [0, 2],
    ]);
  });

  test("are never used twice, not even after a reload", () => {
    const { store } = storage();
    const before = outbox(store());
    void before.add(idea("a"));
    before.acknowledged(0, 1, []);
    const after = outbox(store());
    void after.add(idea("b"));
    expect(refs(after.entries.value)).toEqual([2]);
  });
});

describe("sending", () => {
  test("keeps at most eight under way and gives each out once", () => {
    const out = outbox();
    for (let n = 0; n < UNANSWERED + 2; n++) void out.add(idea(`${n}`));
    expect(refs(out.take(0))).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(out.take(0)).toEqual([]);
    out.acknowledged(0, 1, []);
    expect(refs(out.take(0))).toEqual([9]);
  });

  test("after a new connection goes on in order under the same refs, old ones first", () => {
    const out = outbox();
    void out.add(idea("a"));
    void out.add(idea("b"));
    out.take(0);
    void out.add(idea("c"));
    out.connected();
    expect(refs(out.take(0))).toEqual([1, 2, 3]);
  });

  test("survives a reload with words and step", () => {
    const { store } = storage();
    const before = outbox(store());
    void before.add(idea("Слова целы", 900));
    before.take(0);
    const [entry] = outbox(store()).take(0);
    expect(entry).toEqual({ ...idea("Слова целы", 900), ref: 1 });
  });
});

describe("answers", () => {
  test("reach the one who asked", async () => {
    const out = outbox();
    const answer = out.add(idea("a"));
    out.acknowledged(0, 1, [41]);
    expect(await answer).toEqual({ ok: true, made: [41] });
    expect(out.entries.value).toEqual([]);
  });

  test("of a refusal drop the ref and give the words back", async () => {
    const { store } = storage();
    const out = outbox(store());
    const answer = out.add(idea("too late"));
    expect(out.refused(0, 1, "too_late", 0)).toBe(false);
    expect(await answer).toEqual({ ok: false, code: "too_late" });
    expect(out.entries.value).toEqual([]);
    const [returned] = outbox(store()).returned.value;
    expect(returned?.words).toEqual(["too late"]);
    if (returned) out.forget(out.returned.value[0] ?? returned);
    expect(outbox(store()).returned.value).toEqual([]);
  });

  test("that ask to slow down send the same again later under a new ref", async () => {
    const out = outbox();
    const answer = out.add(idea("a"));
    out.take(0);
    expect(out.refused(0, 1, "too_fast", 1_000)).toBe(true);
    expect(out.take(1_000 + LATER_MS - 1)).toEqual([]);
    expect(refs(out.take(1_000 + LATER_MS))).toEqual([2]);
    out.acknowledged(0, 2, []);
    expect((await answer).ok).toBe(true);
  });

  test("that come twice are taken once", () => {
    const out = outbox();
    void out.add(idea("a"));
    out.acknowledged(0, 1, []);
    out.acknowledged(0, 1, []);
    expect(out.refused(0, 1, "too_late", 0)).toBe(false);
    expect(out.returned.value).toEqual([]);
  });
});

const STEP = 4097;
const dots = (choice: number, n: number): Omit<Entry, "ref"> => ({
  lane: 0,
  step: STEP,
  seen: 3,
  command: commands.castDots(choice, n),
  words: [],
});
const given = (entries: readonly Entry[]) => entries.map((entry) => entry.command.slice(1));

describe("wishes about one thing", () => {
  test("go one after the other, beside everything else", () => {
    const out = outbox();
    void out.add(dots(1, 1));
    void out.add(dots(2, 1));
    void out.add(idea("a"));
    expect(given(out.take(0))).toEqual([[1, 1], [0]]);
    out.acknowledged(0, 1, []);
    expect(given(out.take(0))).toEqual([[2, 1]]);
  });

  test("are numbered as they go, never below what the server has seen", () => {
    const out = outbox();
    void out.add(dots(1, 1));
    void out.add(dots(2, 1));
    void out.add(idea("a"));
    out.take(0);
    out.acknowledged(0, 1, []);
    expect(refs(out.take(0))).toEqual([4]);
  });

  test("that are overtaken before they went are left out, and answered with the newer", async () => {
    const out = outbox();
    void out.add(dots(1, 1));
    out.take(0);
    const two = out.add(dots(1, 2));
    const three = out.add(dots(1, 3));
    out.acknowledged(0, 1, []);
    expect(given(out.take(0))).toEqual([[1, 3]]);
    out.acknowledged(0, 3, []);
    expect([(await two).ok, (await three).ok]).toEqual([true, true]);
    expect(out.entries.value).toEqual([]);
  });

  test("keep a step between that frees a dot for another", () => {
    const out = outbox();
    void out.add(dots(1, 1));
    out.take(0);
    void out.add(dots(1, 0));
    void out.add(dots(2, 1));
    void out.add(dots(1, 1));
    expect(given(out.entries.value)).toEqual([
      [1, 1],
      [1, 0],
      [2, 1],
      [1, 1],
    ]);
  });

  test("are not undone by an older one that is tried again", () => {
    const out = outbox();
    void out.add(dots(1, 1));
    out.take(0);
    void out.add(dots(2, 1));
    out.refused(0, 1, "too_fast", 0);
    expect(given(out.take(LATER_MS))).toEqual([[1, 1]]);
    out.acknowledged(0, 3, []);
    expect(given(out.take(LATER_MS))).toEqual([[2, 1]]);
  });

  test("drop the older one instead of trying it again", async () => {
    const out = outbox();
    const older = out.add(dots(1, 1));
    out.take(0);
    void out.add(dots(1, 2));
    expect(out.refused(0, 1, "room_busy", 0)).toBe(true);
    expect(given(out.take(LATER_MS))).toEqual([[1, 2]]);
    out.acknowledged(0, 2, [7]);
    expect(await older).toEqual({ ok: true, made: [7] });
  });

  test("that waited through a reload get new numbers, those that were sent keep theirs", () => {
    const { store } = storage();
    const before = outbox(store());
    void before.add(dots(1, 1));
    void before.add(dots(2, 1));
    void before.add(idea("a"));
    before.take(0);
    before.acknowledged(0, 3, []);
    const after = outbox(store());
    expect(refs(after.take(0))).toEqual([1]);
    after.acknowledged(0, 1, []);
    expect(refs(after.take(0))).toEqual([4]);
  });

  test("after a new connection go in the order of their numbers", () => {
    const out = outbox();
    void out.add(dots(1, 1));
    void out.add(idea("a"));
    out.take(0);
    out.refused(0, 1, "too_fast", 0);
    expect(refs(out.take(LATER_MS))).toEqual([3]);
    out.connected();
    expect(refs(out.take(LATER_MS))).toEqual([2, 3]);
  });
});

test.each([
  [commands.raiseHand(), commands.lowerHand(), true],
  [commands.editIdea(5), commands.withdrawIdea(5), true],
  [commands.editIdea(5), commands.editIdea(6), false],
  [commands.claimDecision(5), commands.releaseDecision(5), false],
  [commands.postIdea(0), commands.postIdea(0), false],
])("%j is made needless by %j: %j", (older, newer, expected) => {
  const about = { step: STEP, command: older };
  expect(replaces({ step: STEP, command: newer }, about)).toBe(expected);
});

describe("the client id", () => {
  test("that comes first keeps what was written before it", () => {
    const { store } = storage();
    const out = outbox(store(), 0);
    void out.add(idea("early"));
    out.own(5);
    expect(refs(out.take(0))).toEqual([1]);
    expect(outbox(store(), 5).entries.value).toHaveLength(1);
  });

  test("that changes throws the copy away and leaves the first tab's outbox", () => {
    const { store } = storage();
    const first = outbox(store(), 5);
    void first.add(idea("mine"));
    const copy = outbox(store(), 5);
    copy.own(6);
    expect(copy.entries.value).toEqual([]);
    expect(outbox(store(), 5).entries.value).toHaveLength(1);
  });
});

test("without storage it works in memory, and the id is told to be short-lived", () => {
  const lost = vi.fn();
  const out = new Outbox(storage(0).store(), "oneroom:ABC234:r", lost);
  out.own(5);
  void out.add(idea("a"));
  expect(lost).toHaveBeenCalled();
  expect(refs(out.take(0))).toEqual([1]);
});
