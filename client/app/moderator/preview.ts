/**
 * The room through somebody else's eyes: a second connection with the token of another link. It
 * takes no seat, so it is nobody, and keeps everything in memory, so it touches nothing of the
 * desk's own.
 */
import { useEffect, useState } from "preact/hooks";
import { dial } from "../enter";
import { fetchLinks, type RoomLink } from "../links";
import { Room } from "../room";
import { Session } from "../session";
import { forgetful } from "../store";
import { Timing } from "../timing";
import { CLOSE, MODERATORS, ROLE } from "../wire";
import { maskOf } from "./invite";

/** The stage, an ordinary participant's phone, or that of a role. */
export type Eyes = "stage" | "phone" | number;

const AGAIN_MS = 4_000;

export function openPreview(own: Room, link: RoomLink): Room {
  const { code } = own.session;
  const hash = link.url.slice(link.url.indexOf("#"));
  const page = maskOf(link.role) & ROLE.stage ? "s" : "r";
  const place = { pathname: `/${page}/${code}`, search: "", hash };
  const session = new Session(place, () => {}, forgetful(), forgetful());
  const room = new Room(session, dial(code));
  room.start();
  return room;
}

export function closePreview(room: Room): void {
  room.socket.stop(CLOSE.NORMAL);
  room.clock.stop();
}

const fits = (link: RoomLink, mask: number) => (maskOf(link.role) & mask) !== 0;

/** Links of those who take part or watch on a phone. */
export function phoneLinks(links: readonly RoomLink[]): readonly RoomLink[] {
  return links.filter((link) => !fits(link, MODERATORS | ROLE.stage));
}

/** The link whose holder sees what is asked for. */
export function linkFor(eyes: Eyes, links: readonly RoomLink[]): RoomLink | undefined {
  if (eyes === "stage") return links.find((link) => fits(link, ROLE.stage));
  const phones = phoneLinks(links);
  if (eyes !== "phone") return phones.find((link) => maskOf(link.role) === eyes);
  return phones.find((link) => fits(link, ROLE.member)) ?? phones[0];
}

/** The roles, one or several a link, through whose eyes the desk can look. */
export function usePhoneRoles(own: Room): readonly number[] {
  const [roles, setRoles] = useState<readonly number[]>([]);
  useEffect(() => {
    fetchLinks(own)
      .then((links) => setRoles([...new Set(phoneLinks(links).map((link) => maskOf(link.role)))]))
      .catch(() => setRoles([])); // the picture itself asks again
  }, [own]);
  return roles;
}

export interface Sight {
  readonly room: Room;
  readonly timing: Timing;
}

/** A preview for as long as the component is shown. Null until there is one; "none" without a link. */
export function useSight(own: Room, eyes: Eyes): Sight | null | "none" {
  const [sight, setSight] = useState<Sight | null | "none">(null);
  const ready = own.ready.value;
  useEffect(() => {
    if (!ready) return;
    let seen: Room | undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let gone = false;
    const begin = async () => {
      const links = await fetchLinks(own);
      if (gone) return;
      const link = linkFor(eyes, links);
      if (!link) return setSight("none");
      seen = openPreview(own, link);
      setSight({ room: seen, timing: new Timing(seen) });
    };
    const attempt = () => {
      begin().catch(() => {
        if (!gone) timer = setTimeout(attempt, AGAIN_MS);
      });
    };
    attempt();
    return () => {
      gone = true;
      clearTimeout(timer);
      if (seen) closePreview(seen);
    };
  }, [own, eyes, ready]);
  return sight;
}
