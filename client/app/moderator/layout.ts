/** The three shapes of the desk: laptop, tablet in one hand, phone. */
import { computed, signal } from "@preact/signals";
import { device } from "../store";

export type Layout = "wide" | "hand" | "small";
export type Side = "left" | "right";

const WIDE = "(min-width: 1101px)";
const SMALL = "(max-width: 760px)";
const KEY = "oneroom:hand";

function matching(query: string) {
  const list = globalThis.matchMedia?.(query);
  const on = signal(list?.matches ?? false);
  list?.addEventListener("change", (event) => {
    on.value = event.matches;
  });
  return on;
}

const wide = matching(WIDE);
const small = matching(SMALL);

export const layout = computed<Layout>(() =>
  wide.value ? "wide" : small.value ? "small" : "hand",
);

/** On which side the hand that holds the tablet is. */
export const side = signal<Side>(device.get(KEY) === "left" ? "left" : "right");

export function changeSide(): void {
  side.value = side.value === "left" ? "right" : "left";
  device.set(KEY, side.value);
}
