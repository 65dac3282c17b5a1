/** Days since 1970, as decisions carry their dates, and the texts of date fields. */

export const DAY_MS = 86_400_000;
/** How far ahead a date is proposed, as the server does where none is given. */
const PROPOSED_DAYS = 60;

export const dayText = (day: number): string =>
  day ? new Date(day * DAY_MS).toISOString().slice(0, 10) : "";

/** The day of a date field; 0 where it is empty or broken. */
export function dayOf(text: string): number {
  const ms = Date.parse(`${text}T00:00:00Z`);
  return Number.isNaN(ms) ? 0 : Math.floor(ms / DAY_MS);
}

export const today = (now_ms: number): number => Math.floor(now_ms / DAY_MS);

/** The date that is proposed: in two months, or as far as the step allows. */
export function proposedDay(now_ms: number, within: number): number {
  return today(now_ms) + Math.min(PROPOSED_DAYS, within || PROPOSED_DAYS);
}
