/** Who leads the session: the names of moderators who are here, and how many have none. */
import type { Room } from "../room";
import { MODERATORS } from "../wire";
import { count, t } from "../words";
import { desk as words } from "../words/moderator";

export function hostNames(room: Room): readonly string[] {
  const here = new Set(room.present.value.seats.map(([id]) => id));
  return room.replica.room
    .all("seat")
    .filter((seat) => (seat.role & MODERATORS) !== 0 && here.has(seat.id))
    .map((seat) => seat.name ?? "");
}

/** "Ведут Илья и Анна"; empty where one person leads and has given no name. */
export function hostsLine(names: readonly string[], connected: number): string {
  const unnamed = Math.max(0, connected - names.length);
  if (names.length === 0) return unnamed > 1 ? count(words.hostsUnnamed, unnamed) : "";
  const all = unnamed > 0 ? [...names, count(words.moreHosts, unnamed)] : names;
  if (all.length === 1) return t(words.hostOne, all[0] ?? "");
  return t(words.hostsMany, all.slice(0, -1).join(", "), all[all.length - 1] ?? "");
}
