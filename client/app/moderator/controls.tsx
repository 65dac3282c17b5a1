/** What the buttons of the bar do, however the bar is laid out. */
import { useEffect, useRef, useState } from "preact/hooks";
import { nextStep } from "../select";
import { type Command, commands, type Step } from "../wire";
import { both, t } from "../words";
import { desk as words } from "../words/moderator";
import type { Desk } from "./desk";
import { isCounted } from "./hints";
import { useKeys } from "./keys";
import { MINUTE_MS } from "./plan";

/** So long a first press on "next" waits for the second. */
const SURE_MS = 6_000;
/** So long after a step has opened "next" does nothing: an impatient press was meant for the last one. */
const SETTLE_MS = 700;

export interface Controls {
  readonly state: "lobby" | "running" | "paused" | "waiting" | "over";
  /** Nothing can be steered without a connection. */
  readonly off: boolean;
  readonly following: Step | undefined;
  /** More time, or less, can be given now. */
  readonly canGive: boolean;
  readonly canTake: boolean;
  /** The button was pressed once, and people are unfinished. */
  readonly sure: boolean;
  /** Minutes that the time bank could not give. */
  readonly lacking: number;
  readonly next: () => void;
  readonly back: () => void;
  readonly stop: () => void;
  readonly toggle: () => void;
  readonly extend: (minutes: number) => Promise<void>;
  readonly forgetLacking: () => void;
}

export function useControls(desk: Desk): Controls {
  const { room } = desk;
  const [sure, setSure] = useSure(room.agenda.value?.current ?? 0);
  const [lacking, setLacking] = useState(0);
  const state = room.agenda.value?.state ?? "lobby";
  const following = nextStep(room);
  const off = !desk.online.value;
  const give = (command: Command) => void (off || desk.act(command));
  const settled = useSettled(room.agenda.value?.current ?? 0);
  const { online, done } = room.present.value;
  const unfinished = state === "running" && done < online;
  const extend = async (minutes: number) => {
    if (off || state === "lobby") return;
    const answer = await desk.act(commands.extendStep(minutes * MINUTE_MS));
    if (answer.ok || answer.code !== "bank_empty") return;
    room.refusal.value = null;
    setLacking(minutes);
  };
  const next = () => {
    if (!following || !settled()) return;
    setSure(unfinished && !sure);
    if (!unfinished || sure) give(commands.nextStep());
  };
  const toggle = () => give(state === "paused" ? commands.resumeClock() : commands.pauseClock());
  return {
    state,
    off,
    following,
    canGive: !off && !(state === "waiting" && isCounted(room)),
    canTake: !off && state !== "waiting",
    sure: sure && unfinished,
    lacking,
    next,
    back: () => give(commands.backStep()),
    stop: () => give(commands.stopInput()),
    toggle,
    extend,
    forgetLacking: () => setLacking(0),
  };
}

/** Set by a first press; wears off, and does not outlive the step. */
function useSure(step: number): readonly [boolean, (sure: boolean) => void] {
  const [sure, setSure] = useState(false);
  useEffect(() => setSure(false), [step]);
  useEffect(() => {
    if (!sure) return;
    const timer = setTimeout(() => setSure(false), SURE_MS);
    return () => clearTimeout(timer);
  }, [sure]);
  return [sure, setSure];
}

/** Tells whether the step has been open for a moment. */
function useSettled(step: number): () => boolean {
  const since = useRef({ step, at: 0 });
  if (since.current.step !== step) since.current = { step, at: performance.now() };
  return () => performance.now() - since.current.at >= SETTLE_MS || since.current.at === 0;
}

export function useDeskKeys(desk: Desk, controls: Controls): void {
  const { next, back, stop, toggle, extend } = controls;
  const steering: Record<string, () => void> = {
    ArrowRight: next,
    ArrowLeft: back,
    " ": toggle,
    "1": () => void extend(1),
    "5": () => void extend(5),
    "-": () => void extend(-1),
    "0": stop,
  };
  useKeys({
    ...(controls.state === "over" ? {} : steering),
    t: () => desk.open("time"),
    i: () => desk.open("insert"),
    s: () => desk.open("stage"),
    p: () => desk.open("phone"),
    l: () => desk.open("links"),
    "?": () => desk.open("keys"),
    "/": () => document.querySelector<HTMLElement>(".find input")?.focus(),
  });
}

/** What the big button says. */
export function nextLabel({ state, sure, following }: Controls): string {
  if (!following) return "";
  if (sure) return t(words.nextSure);
  if (state === "lobby") return t(words.begin);
  if (following.kind === "reveal") return t(words.nextReveal);
  return both(following.name);
}
