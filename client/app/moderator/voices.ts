/** Participants by voice: how many are online, and how many of them are done. */
import { voiceOf } from "../icons";
import type { Room } from "../room";
import { ROLE } from "../wire";

export interface Voice {
  readonly role: number;
  readonly online: number;
  readonly done: number;
}

type Present = Pick<Room["present"]["value"], "voices">;

/** The order in which the whole product names voices. */
const ORDER = [ROLE.member, ROLE.lead, ROLE.customer, ROLE.partner, ROLE.expert].map(voiceOf);

/** Roles that speak with the same voice are counted together. */
export function voicesOf({ voices }: Present): readonly Voice[] {
  const counted = new Map<string, Voice>();
  for (const [role, online, done] of voices) {
    const voice = voiceOf(role);
    const before = counted.get(voice) ?? { role, online: 0, done: 0 };
    counted.set(voice, { role, online: before.online + online, done: before.done + done });
  }
  const rank = ({ role }: Voice) => ORDER.indexOf(voiceOf(role));
  return [...counted.values()].sort((a, b) => rank(a) - rank(b));
}
