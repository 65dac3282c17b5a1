/** The picture of the stage for a given room. It fills its container and has no controls. */
import { useDoor } from "../links";
import { HeadRule } from "../parts";
import type { Room } from "../room";
import type { Timing } from "../timing";
import { closing, t } from "../words";
import { common } from "../words/common";
import { stage } from "../words/stage";
import { Foot, Head } from "./frame";
import { Board, LobbyPanel, Private, panels } from "./panels";

export function StageView({ room, timing }: { room: Room; timing: Timing }) {
  const door = useDoor(room);
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
