/** The way in that the stage shows. It stays when the server is away, and follows a new link. */
import { useEffect, useState } from "preact/hooks";
import { fetchLinks, type RoomLink } from "../links";
import type { Room } from "../room";

const AGAIN_MS = 5_000;
const LOOK_MS = 60_000;

/** The link for participants; asked for until it comes, and now and then whether it is still good. */
export function useWayIn(room: Room): RoomLink | null {
  const [door, setDoor] = useState<RoomLink | null>(null);
  const state = room.socket.link.value.state;
  useEffect(() => {
    if (state !== "online") return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let isGone = false;
    const ask = () =>
      fetchLinks(room)
        .then((links) => {
          if (links[0]) setDoor(links.find((link) => link.role === "member") ?? links[0]);
          return LOOK_MS;
        })
        .catch(() => AGAIN_MS)
        .then((pause) => {
          if (!isGone) timer = setTimeout(ask, pause);
        });
    void ask();
    return () => {
      isGone = true;
      clearTimeout(timer);
    };
  }, [room, state]);
  return door;
}
