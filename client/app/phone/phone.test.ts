import { beforeEach, describe, expect, test } from "vitest";
import { activities } from "../activities";
import { commands } from "../wire";
import { choose } from "../words";
import { deeds } from "../words/kinds";
import { explained } from "../words/menu";
import { clockWords } from "./news";
import { nameProblem, rolesIn } from "./person";
import { MINUTE_MS, Scene } from "./scene";
import { leftovers, unsentWords } from "./unsent";

beforeEach(() => choose("en"));

describe("a name", () => {
  test.each(["Я", "й".repeat(80), "🦊".repeat(80), "عائشة", "  Anna  ", "<b>"])(
    "%s is one",
    (name) => {
      expect(nameProblem(name)).toBe("");
    },
  );

  test.each(["", "   ", "\n\t", "\u200b\u2060", "\u202e\u202c"])("%j is none", (name) => {
    expect(nameProblem(name)).toMatch(/Write a name/);
  });

  test("is too long by letters as people count them", () => {
    expect(nameProblem("🦊".repeat(83))).toMatch(/by 3/);
  });
});

test("a mask's roles are told one by one", () => {
  expect(rolesIn(8 | 16)).toEqual([8, 16]);
  expect(rolesIn(0)).toEqual([]);
});

test("every kind of step is explained in two sentences, in both languages", () => {
  for (const kind of Object.keys(activities)) {
    const keys = kind === "vote" ? ["vote:dots", "vote:opinion"] : [kind];
    for (const key of keys) {
      for (const text of explained[key] ?? ["", ""]) {
        expect([key, text.match(/[.]/g)?.length]).toEqual([key, 2]);
      }
    }
    expect(deeds[kind], kind).toBeDefined();
  }
});

describe("what was done to time", () => {
  const change = { id: 3, step: 1, at_ms: 0, name: "Ilya", by_ms: 0 } as const;

  test("is told with who did it", () => {
    expect(clockWords({ ...change, what: "extended", by_ms: MINUTE_MS })).toBe("Ilya: +1 min");
    expect(clockWords({ ...change, what: "extended", by_ms: -5 * MINUTE_MS })).toBe("Ilya: −5 min");
    expect(clockWords({ ...change, what: "paused" })).toBe("Ilya: paused");
  });

  test("by somebody without a seat is the facilitator's doing", () => {
    expect(clockWords({ ...change, name: null, what: "resumed" })).toBe(
      "The facilitator: we go on",
    );
  });

  test("is not told where the screen shows it by itself", () => {
    expect(clockWords({ ...change, what: "moved_on" })).toBe("");
  });
});

describe("words that were not sent", () => {
  test("are all there, each once, and nothing but words", () => {
    const { room } = new Scene();
    room.drafts.set(1, "idea", "typed");
    room.drafts.set(1, "lane", "1");
    room.drafts.set(1, "d-due", "2026-12-25");
    room.drafts.set(0, "name", "Anna");
    void room.outbox.add({
      lane: 0,
      step: 1,
      seen: 0,
      command: commands.postIdea(0),
      words: ["going", "typed"],
    });
    expect(unsentWords(room)).toEqual(["going", "typed"]);
  });

  test("are left over only when their step takes no more", () => {
    const scene = new Scene();
    const { room } = scene;
    for (const id of [1, 2, 3]) room.drafts.set(id, "idea", "half a thought");
    scene.step(1, { state: "done" });
    scene.step(2, { state: "open", input: true });
    scene.step(3, { state: "ahead" });
    expect(leftovers(room).map((step) => step.id)).toEqual([1]);
  });
});
