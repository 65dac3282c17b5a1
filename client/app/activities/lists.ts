/** Lists of cards: their parts, and from when on they are long. */
import type { Card } from "../wire";

/** From so many cards on, those out of sight are not laid out. */
export const MANY = 40;

/** Cards by step and lane, in the order of both. */
export function laneSections(cards: readonly Card[]): readonly (readonly [string, Card[]])[] {
  const sections = new Map<string, Card[]>();
  for (const card of cards) {
    const key = `${card.step}:${card.lane}`;
    const section = sections.get(key);
    if (section) section.push(card);
    else sections.set(key, [card]);
  }
  return [...sections].sort(([a], [b]) => a.localeCompare(b, "en", { numeric: true }));
}
