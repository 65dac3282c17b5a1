/** The stage: a poster that changes. It keeps its last picture when the network goes. */
import "@fontsource-variable/golos-text";
import "@fontsource-variable/literata";
import { render } from "preact";
import { useEffect } from "preact/hooks";
import { enterRoom } from "./enter";
import { useDoor } from "./links";
import { HeadRule } from "./parts";
import type { Room } from "./room";
import { Foot, Head } from "./stage/frame";
import { Board, LobbyPanel, Private, panels } from "./stage/panels";
import "./styles/stage.css";
import { Timing } from "./timing";
import { closing, t } from "./words";
import { common } from "./words/common";
import { stage } from "./words/stage";

function Stage({ room, timing }: { room: Room; timing: Timing }) {
  const door = useDoor(room);
  useWakeLock();
  const link = room.socket.link.value;
  if (!room.ready.value) {
    return (
      <p class="stage__wait">
        {link.state === "stopped" ? closing(link.code) : t(common.connecting)}
      </p>
    );
  }
  const lobby = room.agenda.value?.state === "lobby";
  return (
    <div class={`stage-grid ${timing.level.value}`}>
      <HeadRule timing={timing} />
      <Head room={room} timing={timing} />
      <Picture room={room} lobby={lobby} door={door} />
      {lobby ? <div /> : <Foot room={room} door={door} />}
      {link.state !== "online" && <p class="stage__lost">{t(stage.lost)}</p>}
    </div>
  );
}

type PictureProps = Pick<Parameters<typeof LobbyPanel>[0], "room" | "door"> & { lobby: boolean };

function Picture({ room, lobby, door }: PictureProps) {
  const step = room.step.value;
  if (room.facts.value?.closed_ms) return <Board room={room} />;
  if (lobby || !step) return <LobbyPanel room={room} door={door} />;
  const Panel = panels[step.kind];
  return Panel ? <Panel key={step.id} room={room} step={step} /> : <Private />;
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
