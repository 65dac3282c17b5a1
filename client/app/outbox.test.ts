import { describe, expect, test, vi } from "vitest";
import { stands } from "./anew";
import { type Entry, LATER_MS, Outbox } from "./outbox";
import { makeStore, type Store } from "./store";
import { commands, IDS_OF_AN_ENTRY, UNANSWERED, UNSTABLE } from "./wire";
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
    before.acknowledged(0, 1, 101, []);
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
    out.acknowledged(0, 1, 102, []);
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
    out.acknowledged(0, 1, 103, [41]);
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
    expect(out.refused(0, 1, "too_fast", 1_000)).toBe(false);
    expect(out.take(1_000 + LATER_MS - 1)).toEqual([]);
    expect(refs(out.take(1_000 + LATER_MS))).toEqual([2]);
    out.acknowledged(0, 2, 104, []);
    expect((await answer).ok).toBe(true);
  });

  test("that come twice are taken once", () => {
    const out = outbox();
    void out.add(idea("a"));
    out.acknowledged(0, 1, 105, []);
    out.acknowledged(0, 1, 106, []);
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
    out.acknowledged(0, 1, 107, []);
    expect(given(out.take(0))).toEqual([[2, 1]]);
  });

  test("are numbered as they go, never below what the server has seen", () => {
    const out = outbox();
    void out.add(dots(1, 1));
    void out.add(dots(2, 1));
    void out.add(idea("a"));
    out.take(0);
    out.acknowledged(0, 1, 108, []);
    expect(refs(out.take(0))).toEqual([4]);
  });

  test("that are overtaken before they went are left out, and answered with the newer", async () => {
    const out = outbox();
    void out.add(dots(1, 1));
    out.take(0);
    const two = out.add(dots(1, 2));
    const three = out.add(dots(1, 3));
    out.acknowledged(0, 1, 109, []);
    expect(given(out.take(0))).toEqual([[1, 3]]);
    out.acknowledged(0, 3, 110, []);
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
    out.acknowledged(0, 3, 111, []);
    expect(given(out.take(LATER_MS))).toEqual([[2, 1]]);
  });

  test("drop the older one instead of trying it again", async () => {
    const out = outbox();
    const older = out.add(dots(1, 1));
    out.take(0);
    void out.add(dots(1, 2));
    expect(out.refused(0, 1, "room_busy", 0)).toBe(false);
    expect(given(out.take(LATER_MS))).toEqual([[1, 2]]);
    out.acknowledged(0, 2, 112, [7]);
    expect(await older).toEqual({ ok: true, made: [7] });
  });

  test("that waited through a reload get new numbers, those that were sent keep theirs", () => {
    const { store } = storage();
    const before = outbox(store());
    void before.add(dots(1, 1));
    void before.add(dots(2, 1));
    void before.add(idea("a"));
    before.take(0);
    before.acknowledged(0, 3, 113, []);
    const after = outbox(store());
    expect(refs(after.take(0))).toEqual([1]);
    after.acknowledged(0, 1, 114, []);
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

/** An outbox in which so many ideas were acknowledged, at 101 and on. */
function acknowledged(number: number, store: Store = storage().store()): Outbox {
  const out = outbox(store);
  for (let n = 1; n <= number; n++) {
    void out.add(idea(`idea ${n}`));
    out.take(0);
    out.acknowledged(0, n, 100 + n, [(100 + n) * 4096]);
  }
  return out;
}

/** The same, after the log has lost all of it. */
function doubted(number: number): Outbox {
  const out = acknowledged(number);
  out.connected();
  out.doubt(0, true, () => true);
  return out;
}

describe("W8: what was acknowledged", () => {
  test("is kept in storage until it is stable, and shown nowhere", () => {
    const { store } = storage();
    const out = acknowledged(3, store());
    expect(out.entries.value).toEqual([]);
    out.stable(102);
    const after = outbox(store());
    after.doubt(0, false, () => true);
    expect(refs(after.entries.value)).toEqual([3]);
    out.stable(103);
    const last = outbox(store());
    last.doubt(0, false, () => true);
    expect(last.entries.value).toEqual([]);
  });

  test("does not stir screens when it becomes stable", () => {
    const out = acknowledged(1);
    const before = out.entries.value;
    out.stable(101);
    expect(out.entries.value).toBe(before);
  });

  test("goes again one by one, in order, before what is unanswered and new", () => {
    const out = acknowledged(2);
    void out.add(idea("unanswered"));
    out.take(0);
    void out.add(idea("new"));
    out.connected();
    out.doubt(0, true, () => true);
    expect(refs(out.take(0))).toEqual([1]);
    expect(out.take(0)).toEqual([]);
    out.acknowledged(0, 1, 51, []);
    expect(refs(out.take(0))).toEqual([2]);
    out.acknowledged(0, 2, 52, []);
    expect(refs(out.take(0))).toEqual([3, 4]);
  });

  test("waits its turn while eight are under way", () => {
    const out = acknowledged(1);
    for (let n = 0; n < UNANSWERED; n++) void out.add(idea(`${n}`));
    out.take(0);
    out.doubt(0, true, () => true);
    expect(out.take(0)).toEqual([]);
    out.acknowledged(0, 2, 120, []);
    expect(refs(out.take(0))).toEqual([1]);
  });

  test("that is put off comes again under its own number", () => {
    const out = doubted(2);
    out.take(0);
    expect(out.refused(0, 1, "room_busy", 0)).toBe(false);
    expect(out.take(LATER_MS - 1)).toEqual([]);
    expect(refs(out.take(LATER_MS))).toEqual([1]);
  });

  test("is quietly done where the server says so, and else given back", () => {
    const out = doubted(2);
    out.take(0);
    expect(out.refused(0, 1, "too_old", 0)).toBe(false);
    expect(out.returned.value).toEqual([]);
    out.take(0);
    expect(out.refused(0, 2, "room_closed", 0)).toBe(false);
    expect(out.returned.value.map((one) => one.words)).toEqual([["idea 2"]]);
  });

  test("is bounded in number and in letters", () => {
    const many = acknowledged(UNSTABLE + 3);
    many.doubt(0, true, () => true);
    expect(many.entries.value[0]?.ref).toBe(4);
    const long = outbox();
    for (let n = 1; n <= 5; n++) {
      void long.add(idea("x".repeat(60_000)));
      long.take(0);
      long.acknowledged(0, n, n, []);
    }
    long.doubt(0, true, () => true);
    expect(refs(long.entries.value)).toEqual([3, 4, 5]);
  });

  test("goes with the client id, with the seat and with the person", () => {
    const { store } = storage();
    const copy = acknowledged(2, store());
    copy.own(78);
    copy.doubt(0, true, () => true);
    expect(copy.entries.value).toEqual([]);
    const out = acknowledged(2);
    out.sits(700);
    expect(out.take(0)).toEqual([]);
    out.sits(800);
    out.doubt(0, true, () => true);
    expect(out.entries.value).toEqual([]);
  });

  test("without a seat is nothing that a seat may offer again", () => {
    const out = acknowledged(1);
    void out.add({ ...idea("Anna"), command: commands.join(0, "onsite", 0) });
    out.take(0);
    out.acknowledged(0, 2, 102, [700]);
    out.connected();
    out.sits(700);
    out.doubt(0, true, () => true);
    expect(refs(out.entries.value)).toEqual([2]);
  });

  test("leaves no word when the person is erased", () => {
    const { kept, store } = storage();
    const out = acknowledged(2, store());
    void out.add(idea("idea 3"));
    out.take(0);
    out.refused(0, 3, "too_late", 0);
    void out.add(idea("idea 4"));
    out.clear();
    expect([...kept.values()].join()).not.toContain("idea");
    expect(out.returned.value).toEqual([]);
    void out.add(idea("after"));
    expect(refs(out.take(0))).toEqual([5]);
  });

  test("names anew what was made anew, in all that follows", () => {
    const [old, made] = [101 * 4096, 57 * 4096];
    const out = acknowledged(1);
    void out.add({ ...idea("", 0), command: commands.mergeCards([7, old], 0), words: [] });
    void out.add({ ...idea("changed"), command: commands.editIdea(old) });
    out.connected();
    out.doubt(0, true, () => true);
    out.take(0);
    out.acknowledged(0, 1, 57, [made]);
    expect(given(out.take(0))).toEqual([[[7, made], 0], [made]]);
  });

  test("does so also where a new id was another's old one, and after a reload", () => {
    const { store } = storage();
    const [first, second, third] = [101 * 4096, 102 * 4096, 103 * 4096];
    const before = acknowledged(2, store());
    void before.add({ ...idea("changed"), command: commands.editIdea(first) });
    before.take(0);
    before.acknowledged(0, 3, 103, []);
    before.doubt(0, true, () => true);
    before.take(0);
    before.acknowledged(0, 1, 102, [second]);
    const out = outbox(store());
    out.doubt(102, false, () => true);
    out.take(0);
    out.acknowledged(0, 2, 103, [third]);
    expect(given(out.take(0))).toEqual([[second]]);
  });

  test("names anew also what was written while it was only doubted", () => {
    const out = acknowledged(1);
    out.connected();
    out.doubt(0, false, () => true);
    void out.add({ ...idea("changed"), command: commands.editIdea(101 * 4096) });
    out.connected();
    out.doubt(0, true, () => true);
    out.take(0);
    out.acknowledged(0, 1, 57, [57 * 4096]);
    expect(given(out.take(0))).toEqual([[57 * 4096]]);
  });

  test("takes along what rests on it when it is lost, and gives all words back", async () => {
    const out = acknowledged(1);
    const edit = out.add({ ...idea("changed"), command: commands.editIdea(101 * 4096) });
    const vote = out.add({ ...idea("", 0), command: commands.castDots(101 * 4096, 1), words: [] });
    const other = out.add(idea("another"));
    out.connected();
    out.doubt(0, true, () => true);
    out.take(0);
    expect(out.refused(0, 1, "room_closed", 0)).toBe(true);
    expect(out.returned.value.flatMap((one) => one.words)).toEqual(["changed", "idea 1"]);
    expect(given(out.returned.value)).toEqual([[101 * 4096], [0]]);
    expect([await edit, await vote].map((answer) => answer.ok)).toEqual([false, false]);
    expect(out.take(0).flatMap((entry) => entry.words)).toEqual(["another"]);
    void other;
  });

  test("goes nowhere where it names what is another thing now", () => {
    const out = outbox();
    out.stable(100);
    const [old, young] = [100 * IDS_OF_AN_ENTRY, 101 * IDS_OF_AN_ENTRY + 1];
    void out.add({ ...idea("", 0), command: commands.castDots(young, 1), words: [] });
    void out.add({ ...idea("", 0), command: commands.mergeCards([old, young], 0), words: [] });
    void out.add({ ...idea("why"), command: commands.helpIdea(young) });
    void out.add(idea("another"));
    out.take(0);
    expect(out.unsure()).toEqual([young, young, young]);
    out.connected();
    expect(out.doubt(0, true, () => true, new Set([young]))).toBe("unknown_target");
    expect(out.returned.value.map((one) => one.words)).toEqual([["why"]]);
    expect(out.take(0).map((entry) => entry.words)).toEqual([["another"]]);
  });

  test("of a closed round is forgotten without a word where nothing was lost", () => {
    const out = outbox();
    void out.add(idea("secret", 900));
    out.take(0);
    out.acknowledged(900, 1, 101, [101 * 4096]);
    void out.add({ ...idea("changed", 900), command: commands.editIdea(101 * 4096) });
    expect(out.doubt(0, false, () => false)).toBeNull();
    expect(out.returned.value).toEqual([]);
    expect(given(out.take(0))).toEqual([[101 * 4096]]);
  });
});

test.each([
  [commands.postIdea(0), "too_old", true],
  [commands.claimDecision(7), "already_yours", true],
  [commands.claimDecision(7), "already_claimed", false],
  [commands.signDecision(7, 1, "d"), "already_signed", true],
  [commands.setFate(7, "parked"), "already_signed", false],
  [commands.nextStep(), "already_moved", true],
  [commands.castDots(7, 1), "too_late", false],
  [commands.withdrawIdea(7), "unknown_card", true],
  [commands.editIdea(7), "unknown_card", false],
] as const)("%j refused as %s says that it stands: %j", (command, code, expected) => {
  expect(stands({ ...idea(""), ref: 1, command }, code)).toBe(expected);
});

/** The same chance for every run of one seed. */
function chance(seed: number): (most: number) => number {
  let state = seed;
  return (most) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((state / 2_147_483_648) * most);
  };
}

test("whatever is acknowledged, cut and lost: in the end everything is in the log once, in order", () => {
  for (let seed = 1; seed <= 300; seed++) {
    const pick = chance(seed);
    const { store } = storage();
    let out = outbox(store());
    let log: Entry[] = [];
    let [stable, history, known, at, now] = [0, 0, 0, 0, 0];
    let line: Entry[] = [];
    const put: string[] = [];
    const connect = () => {
      line = [];
      out.connected();
      const lost = known !== history;
      out.doubt(lost ? 0 : at, lost, () => true);
      [known, at] = [history, log.length];
    };
    const serve = (entry: Entry) => {
      const last = log[log.length - 1]?.ref ?? 0;
      if (entry.ref > last) log.push(entry);
      const place = log.findIndex((other) => other.ref === entry.ref) + 1;
      if (place && place > log.length - 8) out.acknowledged(0, entry.ref, place, []);
      else expect(out.refused(0, entry.ref, "too_old", now)).toBe(false);
    };
    const doings = [
      () => {
        put.push(`idea ${put.length + 1}`);
        void out.add(idea(put[put.length - 1] ?? ""));
      },
      () => line.push(...out.take(now)),
      () => line.splice(0, 1).forEach(serve),
      () => {
        at = log.length;
        out.stable(stable);
      },
      () => {
        stable += pick(log.length - stable + 1);
      },
      connect,
      () => {
        out = outbox(store()); // a reload
        [known, at] = [-1, 0];
        connect();
      },
      () => {
        const length = stable + pick(log.length - stable + 1);
        if (length < log.length) history++;
        log = log.slice(0, length);
        connect();
      },
    ];
    for (let n = 0; n < 60 && put.length < UNSTABLE; n++) doings[pick(doings.length)]?.();
    connect();
    for (let n = 0; n <= put.length; n++) {
      now += LATER_MS;
      out.take(now).forEach(serve);
    }
    expect([seed, ...log.flatMap((entry) => entry.words)]).toEqual([seed, ...put]);
    expect(out.entries.value).toEqual([]);
    expect(out.returned.value).toEqual([]);
  }
});
