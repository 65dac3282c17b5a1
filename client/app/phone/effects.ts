/** What a phone does by itself while somebody sits at it. */
import { useEffect } from "preact/hooks";
import { warm } from "../activities";
import type { Room } from "../room";
import type { Timing } from "../timing";

const WARM_MS = 1_500;

/** Phones may vibrate once, when the last minute begins. */
export function useOneShake(timing: Timing): void {
  const warn = timing.level.value === "is-warn";
  useEffect(() => {
    if (warn) navigator.vibrate?.(80);
  }, [warn]);
}

/** Whoever has joined gets the screens of later steps too, while there is a connection. */
export function useLaterScreens(room: Room): void {
  const joined = room.seat.value !== 0;
  useEffect(() => {
    if (!joined) return;
    const timer = setTimeout(warm, WARM_MS);
    return () => clearTimeout(timer);
  }, [joined]);
}
