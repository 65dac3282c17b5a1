/** The whole phone for a room: which screen is shown, and what lies around it. */
import { useComputed } from "@preact/signals";
import { useState } from "preact/hooks";
import { activities } from "../activities";
import { owes } from "../activities/owed";
import { lazy } from "../lazy";
import { SpokenTime, Toast } from "../parts";
import type { Room } from "../room";
import type { Timing } from "../timing";
import {
  useCall,
  useKeyboard,
  useLaterScreens,
  useOneShake,
  useReminder,
  useStayInRoom,
  useTitle,
} from "./effects";
import { Connecting, Stopped } from "./gate";
import { Join } from "./join";
import { isLate } from "./late";
import { Lobby } from "./lobby";
import { ReturnedWords } from "./returned";
import { Top } from "./top";
import { leftovers, thrown } from "./unsent";

const Menu = lazy(() => import("./menu").then((file) => file.Menu));
const Asked = lazy(() => import("../activities/asked").then((file) => file.Asked));
const Wait = lazy(() => import("./wait").then((file) => file.Wait));
const CatchUp = lazy(() => import("./catchup").then((file) => file.CatchUp));
const Leftovers = lazy(() => import("./leftover").then((file) => file.Leftovers));
const Over = lazy(() => import("./result").then((file) => file.Over));
const Result = lazy(() => import("./result").then((file) => file.Result));
const LATER = [Menu, Asked, Wait, CatchUp, Leftovers, Over, Result];

interface Props {
  readonly room: Room;
  readonly timing: Timing;
  /** Shows the screens to a facilitator: without joining, and nothing can be touched. */
  readonly preview?: boolean;
}

export function PhoneView({ room, timing, preview = false }: Props) {
  useKeyboard(preview);
  useTitle(room, preview);
  if (preview) return <Preview room={room} timing={timing} />;
  const link = room.socket.link.value;
  if (link.state === "stopped") return <Stopped room={room} code={link.code} />;
  if (!room.ready.value) return <Connecting room={room} />;
  if (room.facts.value?.closed_ms && !owes(room)) return <Over room={room} />;
  if (!room.seat.value) return <Join room={room} />;
  return <Seated room={room} timing={timing} />;
}

function Preview({ room, timing }: Props) {
  const over = room.facts.value?.closed_ms;
  return (
    <div class={`phone phone--preview ${timing.level.value}`} inert>
      {!over && <Top room={room} timing={timing} />}
      {over ? <Over room={room} /> : room.ready.value && <Screen room={room} timing={timing} />}
    </div>
  );
}

function Seated({ room, timing }: Props) {
  const [open, setOpen] = useState<"menu" | "result" | null>(null);
  const close = () => setOpen(null);
  useOneShake(room, timing);
  useCall(room);
  useLaterScreens(LATER);
  useReminder(room);
  useStayInRoom(room);
  return (
    <div class={`phone ${timing.level.value}`}>
      <Top room={room} timing={timing} onMenu={() => setOpen("menu")} />
      <ReturnedWords room={room} />
      <Screen room={room} timing={timing} />
      <IfLeftOver room={room} />
      {open === "menu" && <Menu room={room} onClose={close} onResult={() => setOpen("result")} />}
      {open === "result" && <Result room={room} onClose={close} />}
      <Toast room={room} />
      <SpokenTime room={room} timing={timing} />
    </div>
  );
}

/** Typing changes a draft with every letter; only whether one is left over matters here. */
function IfLeftOver({ room }: { room: Room }) {
  const left = useComputed(() => thrown.value !== null || leftovers(room).length > 0);
  return left.value ? <Leftovers room={room} /> : null;
}

/** The one task. */
function Screen({ room, timing }: Props) {
  const step = room.step.value;
  const late = useComputed(() => isLate(room));
  if (owes(room)) return <Asked room={room} />;
  if (!step) return <Lobby room={room} />;
  if (late.value) return <CatchUp room={room} timing={timing} step={step} />;
  const Activity = activities[step.kind];
  if (!Activity) return <Wait room={room} step={step} />;
  return <Activity key={step.id} room={room} step={step} />;
}
