/** How a page comes into its room. */
import { effect } from "@preact/signals";
import { Room } from "./room";
import { Session } from "./session";
import type { Wire } from "./socket";
import { CLOSE } from "./wire";
import { lang, speak } from "./words";

/** How a page calls the server of a room. */
export function dial(code: string): () => Wire {
  const scheme = location.protocol === "https:" ? "wss" : "ws";
  return () => new WebSocket(`${scheme}://${location.host}/ws/${code}`) as unknown as Wire;
}

/** The room of this page, connecting. */
export function enterRoom(): Room {
  const session = new Session(location, (url) => history.replaceState(null, "", url));
  const room = new Room(session, dial(session.code));
  effect(() => speak(room.facts.value?.lang));
  effect(() => {
    document.documentElement.lang = lang.value;
  });
  let tried = false;
  effect(() => {
    const link = room.socket.link.value;
    if (link.state !== "stopped") return;
    const { code } = link;
    // A seat that the log has just lost can be taken again: the outbox still knows of the joining.
    const again = code === CLOSE.REVOKED && room.outbox.hasJoined && !tried;
    if (session.hasSeat && (again || code === CLOSE.BAD_TOKEN)) {
      tried = true;
      session.dropSeat(); // the link itself may still be good
      room.socket.connect();
    } else if (code === CLOSE.REVOKED) room.outbox.letGo();
  });
  room.socket.watch(document, window);
  // Another link of the same room, opened in this tab: the browser itself would do nothing.
  addEventListener("hashchange", () => location.hash && location.reload());
  room.start();
  return room;
}
