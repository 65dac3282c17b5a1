/** Server time, for what is drawn in whole seconds. */
import { useComputed } from "@preact/signals";
import type { Room } from "../room";

const SECOND_MS = 1_000;

/** Now, moving once a second. */
export function useSecond(room: Room): number {
  return useComputed(() => Math.floor(room.clock.ticking.value / SECOND_MS) * SECOND_MS).value;
}
