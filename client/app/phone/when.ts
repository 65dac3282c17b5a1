/** When a session is, in words. */
import type { Room } from "../room";
import { atTime, onDay, t } from "../words";
import { around } from "../words/room";
import { isUnderWay } from "./late";

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** Days since 1970 where this device is. */
function dayOf(ms: number): number {
  return Math.floor((ms - new Date(ms).getTimezoneOffset() * MINUTE_MS) / DAY_MS);
}

/** The day of the beginning, for a time of day that stands below. */
export function startsOn(starts_ms: number, now_ms: number): string {
  if (dayOf(starts_ms) === dayOf(now_ms)) return t(around.todayAt);
  return t(around.dayAt, onDay(dayOf(starts_ms)));
}

/** The planned beginning, or that it has begun; nothing where neither is known. */
export function whenWords(room: Room, now_ms: number): string {
  const ends = room.agenda.value?.ends_ms ?? 0;
  if (isUnderWay(room)) return ends > now_ms ? t(around.underWay, atTime(ends)) : "";
  const starts = room.facts.value?.starts_ms ?? 0;
  if (starts <= now_ms) return "";
  if (dayOf(starts) === dayOf(now_ms)) return t(around.today, atTime(starts));
  return t(around.onDay, onDay(dayOf(starts)), atTime(starts));
}
