/** Links of a room, from the server: the one thing that does not travel by the socket. */
import { useEffect, useState } from "preact/hooks";
import type { Room } from "./room";
import type { ROLE } from "./wire";

export type RoleName = keyof typeof ROLE;

export interface RoomLink {
  readonly id: number;
  /** A role, or several between which the person chooses on joining: "member+lead". */
  readonly role: string;
  readonly url: string;
  /** A picture as a `data:` address. */
  readonly qr: string;
}

/** A link that asks one absent person to sign one decision. */
export interface PersonalLink extends RoomLink {
  readonly decision: number;
}

/** The links that this page may show. Throws where the server does not answer with them. */
export async function fetchLinks(room: Room): Promise<readonly RoomLink[]> {
  return (await fetchAll(room)).links;
}

/** The link that asks somebody absent to sign a decision, if there is one. */
export async function fetchPersonal(
  room: Room,
  decision: number,
): Promise<PersonalLink | undefined> {
  return (await fetchAll(room)).personal?.find((link) => link.decision === decision);
}

interface AllLinks {
  readonly links: readonly RoomLink[];
  readonly personal?: readonly PersonalLink[];
}

async function fetchAll(room: Room): Promise<AllLinks> {
  if (!room.session.token) return { links: [] }; // a room that only samples fill
  const answer = await fetch(`/api/rooms/${room.session.code}/links`, {
    method: "POST",
    headers: { Authorization: `Bearer ${room.session.token}` },
  });
  if (!answer.ok) throw new Error(`links: status ${answer.status}`);
  return (await answer.json()) as AllLinks;
}

/** The link for participants: an ordinary one, else one that leaves the role open. */
function doorOf(links: readonly RoomLink[]): RoomLink | null {
  const open = links.find((link) => link.role.split("+").includes("member"));
  return links.find((link) => link.role === "member") ?? open ?? links[0] ?? null;
}

const AGAIN_MS = 5_000;

/** The link for participants; asked for again until it comes. */
export function useDoor(room: Room): RoomLink | null {
  const [door, setDoor] = useState<RoomLink | null>(null);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const ask = () =>
      fetchLinks(room)
        .then((links) => setDoor(doorOf(links)))
        .catch(() => {
          timer = setTimeout(ask, AGAIN_MS);
        });
    void ask();
    return () => clearTimeout(timer);
  }, [room]);
  return door;
}
