/** What a phone does by itself while somebody sits at it. */
import { useEffect, useRef } from "preact/hooks";
import { warm } from "../activities";
import { stayInRoom } from "../back";
import type { Lazy } from "../lazy";
import type { Room } from "../room";
import type { Timing } from "../timing";
import { fetchRefusals } from "../words";
import { around } from "../words/room";

const WARM_MS = 1_500;
const REMINDED = "reminded";
const SHAKE_MS = 80;
const CALL_MS = 200;

/** Phones may vibrate once in a step, when its last minute begins. */
export function useOneShake(room: Room, timing: Timing): void {
  const warn = timing.level.value === "is-warn";
  const step = room.step.value?.id ?? 0;
  const shaken = useRef(0);
  useEffect(() => {
    if (!warn || shaken.current === step) return;
    shaken.current = step;
    navigator.vibrate?.(SHAKE_MS);
  }, [warn, step]);
}

/** Whoever waited through steps of others feels it when called. */
export function useCall(room: Room): void {
  const step = room.step.value;
  const waits = step?.kind === "";
  const waited = useRef(false);
  useEffect(() => {
    if (step && !waits && waited.current) navigator.vibrate?.(CALL_MS);
    waited.current = waits;
  }, [waits]);
}

/** Whoever has joined gets what may be needed later too, while there is a connection. */
export function useLaterScreens(others: readonly Lazy<never>[]): void {
  useEffect(() => {
    const timer = setTimeout(() => {
      warm();
      void fetchRefusals();
      for (const other of others) other.warm();
    }, WARM_MS);
    return () => clearTimeout(timer);
  }, []);
}

/** The facilitator waits for a word: told once, and not to whoever has given one since. */
export function useReminder(room: Room): void {
  const step = room.step.value;
  const reminder = step?.input && room.replica.own.one("reminder", step.id);
  useEffect(() => {
    if (!step || !reminder) return;
    const when = String(reminder.at_ms);
    if (room.drafts.get(step.id, REMINDED) === when) return;
    room.drafts.set(step.id, REMINDED, when);
    room.notice.value = around.reminded;
  }, [reminder]);
}

/** The page is called what the session is called. */
export function useTitle(room: Room, preview: boolean): void {
  const title = room.facts.value?.title;
  useEffect(() => {
    if (title && !preview) document.title = title;
  }, [title]);
}

/** The way back closes sheets, and leaves the room only when asked twice. */
export function useStayInRoom(room: Room): void {
  useEffect(
    () =>
      stayInRoom(window, () => {
        room.notice.value = around.stay;
      }),
    [room],
  );
}

/** Less is a browser's bar, not a keyboard. */
const KEYBOARD_PX = 80;

/**
 * Tells the styles how much of the page a keyboard covers, so that what is typed sits on it. Where
 * the browser makes the page smaller instead, nothing is covered.
 */
export function useKeyboard(preview: boolean): void {
  useEffect(() => {
    const view = window.visualViewport;
    if (!view || preview) return;
    const fit = () => {
      const covered = window.innerHeight - view.height - view.offsetTop;
      const keyboard = view.scale === 1 && covered > KEYBOARD_PX ? Math.round(covered) : 0;
      document.documentElement.style.setProperty("--keyboard", `${keyboard}px`);
    };
    view.addEventListener("resize", fit);
    view.addEventListener("scroll", fit);
    return () => {
      view.removeEventListener("resize", fit);
      view.removeEventListener("scroll", fit);
    };
  }, []);
}
