/**
 * The picture of the stage for a given room. It fills its container at any size, has no controls
 * and listens to nothing but the room.
 */
import "@fontsource-variable/golos-text";
import "@fontsource-variable/literata";
import type { Room } from "../room";
import type { Timing } from "../timing";
import { CLOSE } from "../wire";
import { type Pair, t } from "../words";
import { stage } from "../words/stage";
import "../styles/stage-frame.css";
import "../styles/stage-table.css";
import "../styles/stage-cards.css";
import "../styles/stage-votes.css";
import "../styles/stage-board.css";
import { useWayIn } from "./door";
import { Foot } from "./foot";
import { Head, Rule } from "./head";
import { type Poster, posterOf, useBox } from "./poster";
import { Plain } from "./rest";
import type { SceneProps } from "./scene";
import { type Scene, sceneOf } from "./scenes";
import type { Theme } from "./theme";

interface StageProps {
  readonly room: Room;
  readonly timing: Timing;
  /** Dark if not said; "system" leaves it to the page. */
  readonly theme?: Theme;
}

export function StageView({ room, timing, theme = "dark" }: StageProps) {
  const [place, box] = useBox<HTMLDivElement>();
  const poster = box && posterOf(box);
  return (
    <div class="st" data-theme={theme === "system" ? undefined : theme} ref={place}>
      {poster && (
        <div class={`st-poster ${poster.tall ? "is-tall" : ""}`} style={sizeOf(poster)}>
          <Picture room={room} timing={timing} poster={poster} />
        </div>
      )}
    </div>
  );
}

const sizeOf = ({ width, height, scale }: Poster) => ({
  width: `${width}px`,
  height: `${height}px`,
  transform: `scale(${scale})`,
});

interface PictureProps {
  readonly room: Room;
  readonly timing: Timing;
  readonly poster: Poster;
}

function Picture({ room, timing, poster }: PictureProps) {
  const link = room.socket.link.value;
  if (link.state === "stopped") return <Stopped code={link.code} />;
  if (!room.ready.value) {
    return <p class="st-wait">{t(stage.connecting, room.session.code)}</p>;
  }
  return <Sheet room={room} timing={timing} poster={poster} />;
}

function Sheet({ room, timing, poster }: PictureProps) {
  const door = useWayIn(room);
  const scene = sceneOf(room);
  const timed = scene.timed ? timing : null;
  const isLost = room.socket.link.value.state !== "online";
  return (
    <div class={`st-sheet ${timed?.level.value ?? ""} ${timed ? "" : "is-untimed"}`}>
      {timed ? <Rule timing={timed} /> : <div />}
      <Head room={room} timing={timed} poster={poster} saying={scene.saying} />
      <Main key={scene.key} scene={scene} room={room} tall={poster.tall} door={door} />
      <Foot room={room} door={door} masks={scene.masks} isOpen={scene.isOpen ?? false} />
      {isLost && (
        <p class="st-lost" role="status">
          {t(stage.lost)}
        </p>
      )}
    </div>
  );
}

type MainProps = Omit<SceneProps, "box"> & { scene: Scene };

/** What is between head and foot, drawn as soon as its place is known. */
function Main({ scene, ...given }: MainProps) {
  const [place, box] = useBox<HTMLElement>();
  return (
    <main class="st-main" ref={place}>
      {box && scene.body({ ...given, box })}
    </main>
  );
}

const STOPPED: Readonly<Record<number, readonly [Pair, Pair]>> = {
  [CLOSE.REVOKED]: [stage.revoked, stage.revokedDo],
  [CLOSE.BAD_TOKEN]: [stage.revoked, stage.revokedDo],
  [CLOSE.NO_SUCH_ROOM]: [stage.noRoom, stage.noRoomDo],
  [CLOSE.TAKEN_OVER]: [stage.elsewhere, stage.elsewhereDo],
};

/** The connection has ended for good: says so calmly, and what brings it back. */
function Stopped({ code }: { code: number }) {
  const [title, text] = STOPPED[code] ?? [stage.lost, stage.stoppedDo];
  return (
    <main class="st-main">
      <Plain title={t(title)} text={t(text)} top />
    </main>
  );
}
