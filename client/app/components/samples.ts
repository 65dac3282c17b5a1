/** Rooms that live on this page alone: filled through their replica, connected to nothing. */
import { untracked } from "@preact/signals";
import type { Packed } from "../messages";
import { Room } from "../room";
import { Session } from "../session";
import type { Wire } from "../socket";
import { forgetful } from "../store";
import { type Decision, FIELDS, ROLE, type Step, type Views } from "../wire";
import { lang, type Pair } from "../words";
import { kindNames } from "../words/common";
import * as sayings from "./sayings";

type Kind = keyof Views;
const SILENT: Wire = {
  binaryType: "",
  onopen: null,
  onmessage: null,
  onclose: null,
  send() {},
  close() {},
};
const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const EVERYBODY = Object.values(ROLE).reduce((all, role) => all | role, 0);
/** The seat of whoever looks at the page. */
export const ME = 1001;
const VOICES = [ROLE.member, ROLE.lead, ROLE.customer, ROLE.partner, ROLE.expert];

/** A text in the present language. */
export const say = (pair: Pair | undefined): string => pair?.[lang.value === "ru" ? 0 : 1] ?? "";

function row<K extends Kind>(kind: K, view: Views[K]): Packed {
  return [kind, ...FIELDS[kind].map((field) => view[field as keyof Views[K]])];
}

interface Contents {
  readonly put: readonly Packed[];
  readonly own?: readonly Packed[];
  readonly role?: number;
  readonly seat?: number;
}

function sampleRoom({ put, own = [], role = ROLE.member, seat = ME }: Contents): Room {
  const place = { pathname: "/r/ABC234", search: "", hash: "" };
  const room = new Room(new Session(place, () => {}, forgetful(), forgetful()), () => SILENT);
  const patch = { since: 0, seq: 1, stable_seq: 1, chain: "", gone: [] };
  room.role.value = role;
  room.seat.value = seat;
  room.socket.link.value = { state: "online" };
  room.replica.apply({ ...patch, own: false, put });
  room.replica.apply({ ...patch, own: true, put: own });
  room.present.value = {
    ...room.present.value,
    online: 17,
    done: 5,
    typing: 2,
    hosts: 1,
    voices: VOICES.map((voice, n) => [voice, [9, 2, 3, 1, 1][n] ?? 1, [3, 0, 2, 0, 0][n] ?? 0]),
  };
  room.ready.value = true;
  return room;
}

/** What a step is like; everything not said is as in the middle of it. */
export interface Scene {
  readonly kind: string;
  readonly anonymous?: boolean;
  readonly opinion?: boolean;
  readonly state?: "lobby" | "running" | "paused" | "waiting" | "over";
  readonly left_ms?: number;
  /** Nothing written, nobody raised a hand, nothing decided. */
  readonly empty?: boolean;
  readonly role?: number;
  /** A step that is not for whoever looks. */
  readonly foreign?: boolean;
}

const STEP = 11;
const NEXT = 12;

/** A room in one step of a session. Who draws it follows what is in it, not how it was filled. */
export const roomIn = (scene: Scene): Room => untracked(() => filled(scene));

function filled(scene: Scene): Room {
  const put = [...facts(scene), ...steps(scene), ...people(scene)];
  const own = [row("me", meOf(scene))];
  if (!scene.empty) {
    put.push(...(KIND_ROWS[scene.kind]?.(scene) ?? []));
    if (scene.kind === "ideate") own.push(...cards("written").slice(0, 2));
    if (scene.kind === "vote") own.push(row("ballot", ballot(scene)));
  }
  put.push(...settings(scene));
  return sampleRoom({ put, own, ...(scene.role && { role: scene.role }) });
}

const meOf = ({ role = ROLE.member }: Scene) => ({
  id: ME,
  role,
  name: say(sayings.NAMES[0]),
  department: 1,
  place: "onsite" as const,
});

function facts({ state = "running", left_ms = 4 * MINUTE_MS }: Scene): Packed[] {
  const now = Date.now();
  const current = state === "lobby" ? 0 : STEP;
  const agenda = { id: 2, order: [STEP, NEXT], current, state, left_ms, missed: false };
  return [
    row("session", {
      id: 1,
      title: say(sayings.TITLE),
      goal: say(sayings.GOAL),
      lang: lang.value,
      opened_ms: now,
      closed_ms: state === "over" ? now : 0,
      starts_ms: 0,
    }),
    row("agenda", { ...agenda, started_ms: now, ends_ms: now + 30 * MINUTE_MS }),
  ];
}

/** A kind of step as the name of one, with a capital. */
function nameOf(kind: string): Pair {
  const [ru, en] = kindNames[kind] ?? sayings.TITLE;
  const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
  return [capital(ru), capital(en)];
}

function steps(scene: Scene): Packed[] {
  const { kind, anonymous = false, state = "running", left_ms = 4 * MINUTE_MS } = scene;
  const now = Date.now();
  const whole = {
    prompt: sayings.PROMPT,
    planned_ms: 5 * MINUTE_MS,
    policy: "grace" as const,
    votes: EVERYBODY,
    round: 1,
    closes_ms: 0,
    spent_ms: 0,
    few: false,
  };
  const input = state === "running" || state === "paused";
  const step: Step = {
    ...whole,
    id: STEP,
    kind: scene.foreign ? "" : kind,
    name: scene.foreign ? null : nameOf(kind),
    who: scene.foreign ? ROLE.lead : EVERYBODY,
    anonymous,
    state: state === "lobby" ? "ahead" : input ? "open" : "closed",
    input: input && state !== "paused",
    started_ms: now - (5 * MINUTE_MS - left_ms),
    deadline_ms: state === "running" ? now + left_ms : 0,
  };
  const ahead = { who: EVERYBODY, anonymous: false, state: "ahead" as const, input: false };
  const times = { started_ms: 0, deadline_ms: 0 };
  const next: Step = {
    ...whole,
    ...ahead,
    ...times,
    id: NEXT,
    kind: "discuss",
    name: nameOf("discuss"),
  };
  return [row("step", step), row("step", next)];
}

function people({ empty }: Scene): Packed[] {
  const list = empty ? [] : sayings.DEPARTMENTS;
  return list.flatMap((name, n) => [
    row("department", { id: n + 1, name: say(name), expected: true, internal: n > 2 }),
    row("coverage", { id: n + 1, joined: [4, 2, 1, 0][n] ?? 0 }),
  ]);
}

function settings({ kind, opinion = false }: Scene): Packed[] {
  const lanes = [
    ["Помогает", "Helps"],
    ["Мешает", "Hinders"],
  ] as const;
  if (kind === "ideate") return [row("ideation", { id: STEP, lanes, hidden: true })];
  if (kind === "reveal") return [row("showing", { id: STEP, source: [STEP], by_lane: false })];
  if (kind === "group") return [row("grouping", { id: STEP, max_groups: 12 })];
  if (kind === "draft")
    return [row("drafting", { id: STEP, max_decisions: 5, due_within_days: 90 })];
  if (kind !== "vote") return [];
  const style = opinion ? "opinion" : "dots";
  return [row("poll", { id: STEP, style, budget: 4, max_per_item: 2, secret: true })];
}

const KIND_ROWS: Readonly<Record<string, (scene: Scene) => Packed[]>> = {
  ideate: () => [row("turnout", { id: STEP, people: 9, lanes: [14, 8] })],
  reveal: () => cards("shown"),
  group: () => [...groups(), ...cards("shown")],
  vote: ballots,
  discuss: hands,
  draft: () =>
    deeds()
      .slice(0, 3)
      .map((deed) => row("decision", { ...deed, ...FREE })),
  claim: decided,
  close: decided,
};

/** Cards of all voices; in the first group two, in the second one. */
function cards(state: "written" | "shown"): Packed[] {
  return sayings.IDEAS.map((text, n) => {
    const mine = state === "written";
    const grouped = state === "shown" && n < 3;
    return row("card", {
      id: 2000 + n,
      step: STEP,
      lane: n % 2,
      text: say(text),
      author: mine ? ME : 0,
      name: mine ? null : say(sayings.NAMES[n % sayings.NAMES.length]),
      role: VOICES[n % VOICES.length] ?? 0,
      department: 1,
      state,
      group: grouped ? 3000 + (n > 1 ? 1 : 0) : 0,
      rank: n,
      edited: n === 5,
    });
  });
}

function groups(): Packed[] {
  return sayings.THEMES.map((name, n) =>
    row("group", { id: 3000 + n, step: STEP, name: say(name), cards: [2, 1, 5][n] ?? 1 }),
  );
}

function ballots(scene: Scene): Packed[] {
  const targets = scene.opinion ? [2003, 2004, 2005, 2006] : [3000, 3001, 3002, 2003, 2004];
  const choices = targets.map((target, n) => row("choice", { id: 4000 + n, step: STEP, target }));
  const turnout = row("turnout", { id: STEP, people: 11, lanes: [] });
  const closed = scene.state === "waiting" || scene.state === "over";
  return [
    turnout,
    ...groups(),
    ...cards("shown"),
    ...choices,
    ...(closed ? targets.map(tally) : []),
  ];
}

function tally(_: number, n: number): Packed {
  const dots = [13, 9, 4, 1, 0][n] ?? 0;
  const [agree = 0, disagree = 0, passed = 0] =
    [
      [14, 1, 1],
      [8, 8, 0],
      [3, 11, 2],
      [5, 4, 7],
    ][n] ?? [];
  return row("tally", { id: 4000 + n, step: STEP, people: 16, dots, agree, disagree, passed });
}

const ballot = ({ opinion }: Scene): Views["ballot"] => ({
  id: 4000,
  step: STEP,
  dots: opinion ? 0 : 2,
  opinion: opinion ? "agree" : "none",
});

function hands(): Packed[] {
  return sayings.NAMES.slice(1).map((name, n) =>
    row("hand", {
      id: 1001 + n + 1,
      step: STEP,
      name: say(name),
      role: VOICES[n] ?? 0,
      place: n % 2 ? "remote" : "onsite",
      turn: n + 1,
      floor: n === 0,
    }),
  );
}

const FREE = {
  owner: 0,
  owner_name: null,
  owner_role: 0,
  department: null,
  signed: false,
  signed_version: 0,
  signed_ms: 0,
} as const;

const OWNERS = [
  { owner: ME + 1, signed: true },
  { owner: ME, signed: false },
  { owner: 0, signed: false },
  { owner: 0, signed: false },
] as const;

/** Signed by somebody, taken by whoever looks, free and long, given back. */
export function deeds(): Decision[] {
  return sayings.DEEDS.map(([what, result, measure], n) => {
    const { owner = 0, signed = false } = OWNERS[n] ?? {};
    return {
      id: 5000 + n,
      step: STEP,
      what: say(what),
      result: say(result),
      measure: say(measure),
      assumption: n === 2 ? say(sayings.LONG) : null,
      due: Math.round(Date.now() / DAY_MS) + 30 * (n + 1),
      sources: [],
      author: ME,
      version: n + 1,
      digest: "",
      fate: "open",
      owner,
      owner_name: owner ? say(sayings.NAMES[owner === ME ? 0 : 1]) : null,
      owner_role: owner ? ROLE.member : 0,
      department: owner ? say(sayings.DEPARTMENTS[n]) : null,
      signed,
      signed_version: signed ? n + 1 : 0,
      signed_ms: signed ? Date.now() : 0,
      reason: n === 3 ? say(sayings.REASON) : null,
    };
  });
}

function decided({ state }: Scene): Packed[] {
  const fates = state === "over" ? (["open", "open", "nobody", "parked"] as const) : [];
  const helps = sayings.HELPS.map((text, n) =>
    row("help", {
      id: 6000 + n,
      decision: 5000,
      seat: 1010 + n,
      name: say(sayings.NAMES[n + 2]),
      department: say(sayings.DEPARTMENTS[n]),
      text: say(text),
      card: 0,
    }),
  );
  const list = deeds().map((deed, n) => row("decision", { ...deed, fate: fates[n] ?? deed.fate }));
  return [...list, ...helps];
}
