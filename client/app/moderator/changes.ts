/** The last thing done to time: how it is announced, and what takes it back. */
import { type ClockChange, type Command, commands } from "../wire";
import { t } from "../words";
import { desk } from "../words/moderator";
import { minutesOf } from "./plan";

/** The id of the one view that tells the last change. */
export const CHANGE_ID = 3;

const UNDO_MS = 5_000;
const UNDO_MOVE_MS = 10_000;

export function undoableMs(change: ClockChange): number {
  return change.what === "moved_on" ? UNDO_MOVE_MS : UNDO_MS;
}

const signed = (ms: number): string =>
  `${ms < 0 ? "−" : "+"}${minutesOf(Math.abs(ms))} ${t(desk.minute)}`;

/** "Илья: +1 мин" */
export function announce(change: ClockChange): string {
  return `${change.name || t(desk.somebody)}: ${deed(change)}`;
}

function deed({ what, by_ms }: ClockChange): string {
  if (what === "extended") return signed(by_ms);
  if (what === "end_moved") return t(desk.endMovedBy, signed(by_ms));
  return t(desk[what]);
}

/** The command that takes a change back; null for one that cannot be taken back. */
export function undoOf(change: ClockChange, canGoBack: boolean): Command | null {
  switch (change.what) {
    case "extended":
      return commands.extendStep(-change.by_ms);
    case "paused":
      return commands.resumeClock();
    case "resumed":
      return commands.pauseClock();
    case "end_moved":
      return commands.moveEnd(-change.by_ms);
    case "stopped":
      return change.by_ms > 0 ? commands.extendStep(change.by_ms) : null;
    case "moved_on":
      return canGoBack ? commands.backStep() : null;
    default:
      return null;
  }
}
