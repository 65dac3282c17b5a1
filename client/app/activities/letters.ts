/** How long a card may be. */
import { LIMIT } from "../wire";

/** How much of a card is left, in letters as the server counts them. */
export function roomLeft(text: string): number {
  return LIMIT.card - [...text.trim()].length;
}
