/** Whole screens, small: phones in pages of their own, since they measure the window. */
import { useMemo } from "preact/hooks";
import { Framed } from "../moderator/framed";
import { PhoneView } from "../phone/view";
import { StageView } from "../stage/picture";
import phoneSheet from "../styles/phone.css?url";
import { Timing } from "../timing";
import { ROLE } from "../wire";
import { t } from "../words";
import { kindNames } from "../words/common";
import { shown } from "../words/components";
import { roomIn, type Scene } from "./samples";
import type { Theme } from "./specimen";

const KINDS = ["brief", "ideate", "reveal", "group", "vote", "discuss", "draft", "claim", "close"];
const SCENES: readonly Scene[] = [
  { kind: "brief", state: "lobby" },
  ...KINDS.map((kind) => ({ kind })),
  { kind: "ideate", anonymous: true },
  { kind: "vote", state: "waiting", left_ms: 0 },
  { kind: "vote", opinion: true },
  { kind: "vote", opinion: true, state: "waiting", left_ms: 0 },
  { kind: "break", left_ms: 48_000 },
];
const EMPTY: readonly Scene[] = [
  { kind: "brief", state: "lobby", empty: true },
  ...["ideate", "reveal", "group", "vote", "discuss", "draft", "claim", "close"].map((kind) => ({
    kind,
    empty: true,
  })),
];
const FOREIGN: Scene = { kind: "ideate", foreign: true, role: ROLE.customer };

const nameOf = ({ kind, empty }: Scene): string =>
  [t(kindNames[kind] ?? shown.screens), empty && t(shown.nothing)].filter(Boolean).join(": ");

export function Phones({ theme }: { theme: Theme }) {
  return (
    <div class="show__phones">
      {[...SCENES, FOREIGN, ...EMPTY].map((scene, n) => (
        <Phone key={n} scene={scene} theme={theme} />
      ))}
    </div>
  );
}

function Phone({ scene, theme }: { scene: Scene; theme: Theme }) {
  const room = useMemo(() => roomIn(scene), []);
  const timing = useMemo(() => new Timing(room), []);
  const page = { width: 360, height: 740, sheets: [phoneSheet], theme };
  return (
    <figure>
      <div class="show__phone">
        <Framed {...page} label={nameOf(scene)}>
          <PhoneView room={room} timing={timing} preview />
        </Framed>
      </div>
      <figcaption>{nameOf(scene)}</figcaption>
    </figure>
  );
}

export function Stages({ theme }: { theme: Theme }) {
  return (
    <div class="show__stages">
      {[...SCENES, ...EMPTY].map((scene, n) => (
        <Stage key={n} scene={scene} theme={theme} />
      ))}
    </div>
  );
}

function Stage({ scene, theme }: { scene: Scene; theme: Theme }) {
  const room = useMemo(() => roomIn({ ...scene, role: ROLE.stage }), []);
  const timing = useMemo(() => new Timing(room), []);
  return (
    <figure>
      <div class="show__stage" inert>
        <StageView room={room} timing={timing} theme={theme} />
      </div>
      <figcaption>{nameOf(scene)}</figcaption>
    </figure>
  );
}
