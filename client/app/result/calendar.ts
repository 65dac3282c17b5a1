/** A decision's day as a file that calendars open. */
import { save } from "./data";

const escaped = (text: string) => text.replace(/[\\;,]/g, "\\$&").replace(/\r?\n/g, "\\n");

const LINE = 70;

/** Lines of a calendar file hold 75 bytes; longer ones go on after a space. */
function folded(line: string): string {
  const parts: string[] = [];
  let part = "";
  let bytes = 0;
  for (const sign of line) {
    const size = new TextEncoder().encode(sign).length;
    if (bytes + size > LINE) {
      parts.push(part);
      part = "";
      bytes = 0;
    }
    part += sign;
    bytes += size;
  }
  return [...parts, part].join("\r\n ");
}

/** A whole day in a calendar; `day` is 2026-12-25. */
export function calendarDay(uid: string, day: string, what: string, now: Date): string {
  const stamp = now.toISOString().replace(/[-:]|\.\d+/g, "");
  const lines = [
    "BEGIN:VCALENDAR",
    "VERSION:2.0",
    "PRODID:-//Oneroom//Result//EN",
    "BEGIN:VEVENT",
    `UID:${uid}`,
    `DTSTAMP:${stamp}`,
    `DTSTART;VALUE=DATE:${day.replace(/-/g, "")}`,
    `SUMMARY:${escaped(what)}`,
    "TRANSP:TRANSPARENT",
    "END:VEVENT",
    "END:VCALENDAR",
  ];
  return `${lines.map(folded).join("\r\n")}\r\n`;
}

export function saveDay(uid: string, day: string, what: string): void {
  const content = calendarDay(uid, day, what, new Date());
  save(new Blob([content], { type: "text/calendar" }), `${day}.ics`);
}
