/** The stage: a poster that changes. It keeps its last picture when the network goes. */
import "@fontsource-variable/golos-text";
import "@fontsource-variable/literata";
import { render } from "preact";
import { useEffect } from "preact/hooks";
import { enterRoom } from "./enter";
import type { Room } from "./room";
import { StageView } from "./stage/picture";
import "./styles/stage.css";
import { Timing } from "./timing";

function Stage({ room, timing }: { room: Room; timing: Timing }) {
  useWakeLock();
  return <StageView room={room} timing={timing} />;
}

/** Keeps the screen on where the browser can; on plain http it cannot. */
function useWakeLock(): void {
  useEffect(() => {
    const hold = () => {
      if (document.visibilityState === "visible") {
        navigator.wakeLock?.request("screen").catch(() => {});
      }
    };
    hold();
    document.addEventListener("visibilitychange", hold);
    return () => document.removeEventListener("visibilitychange", hold);
  }, []);
}

const place = document.getElementById("app");
if (place) {
  const room = enterRoom();
  place.textContent = "";
  render(<Stage room={room} timing={new Timing(room)} />, place);
}
