/** The page of the stage: its picture on a whole screen that stays awake. */
import { render } from "preact";
import { useEffect } from "preact/hooks";
import { enterRoom } from "./enter";
import { Controls } from "./stage/controls";
import { StageView } from "./stage/picture";
import { dress, type Theme, themeOf } from "./stage/theme";
import { keepAwake } from "./stage/wake";
import "./styles/stage.css";
import type { Room } from "./room";
import { Timing } from "./timing";
import { CLOSE } from "./wire";
import { insist } from "./words";

const RELOAD_MS = 10_000;

function Stage({ room, timing, theme }: { room: Room; timing: Timing; theme: Theme }) {
  useEffect(keepAwake, []);
  useNewVersion(room);
  return (
    <>
      <StageView room={room} timing={timing} theme={theme} />
      <Controls timing={timing} />
    </>
  );
}

/** Nobody stands at a wall to reload it. */
function useNewVersion(room: Room): void {
  const link = room.socket.link.value;
  const isOld = link.state === "stopped" && link.code === CLOSE.VERSION;
  useEffect(() => {
    if (!isOld) return;
    const timer = setTimeout(() => location.reload(), RELOAD_MS);
    return () => clearTimeout(timer);
  }, [isOld]);
}

/** The face of quotes comes before the first of them, so that no words jump before the room. */
function fetchFaces(): void {
  for (const letter of ["я", "a"]) {
    document.fonts.load('1em "Literata Variable"', letter).catch(() => {}); // another face serves
  }
}

const place = document.getElementById("app");
if (place) {
  insist(new URLSearchParams(location.search).get("lang"));
  const theme = themeOf(location.search);
  dress(theme);
  const room = enterRoom();
  place.textContent = "";
  fetchFaces();
  render(<Stage room={room} timing={new Timing(room)} theme={theme} />, place);
}
