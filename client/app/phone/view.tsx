/** The whole phone for a room: which screen is shown, and what lies around it. */
import { activities } from "../activities";
import { Vows } from "../activities/close";
import { SpokenTime, Toast } from "../parts";
import type { Room } from "../room";
import type { Timing } from "../timing";
import { closing, t } from "../words";
import { common } from "../words/common";
import { phone } from "../words/phone";
import { useLaterScreens, useOneShake } from "./effects";
import { Join } from "./join";
import { Leftover, leftovers, ReturnedWords } from "./kept";
import { Lobby } from "./lobby";
import { Top } from "./top";
import { Wait } from "./wait";

interface Props {
  readonly room: Room;
  readonly timing: Timing;
  /** Shows the screens to a facilitator: without joining, and nothing can be touched. */
  readonly preview?: boolean;
}

export function PhoneView({ room, timing, preview = false }: Props) {
  if (!room.ready.value) return <Waiting room={room} />;
  if (preview) return <Preview room={room} timing={timing} />;
  if (!room.seat.value) return <Join room={room} />;
  return <Seated room={room} timing={timing} />;
}

function Waiting({ room }: { room: Room }) {
  const link = room.socket.link.value;
  return (
    <div class="phone">
      <main class="page">
        <p class="quiet">{link.state === "stopped" ? closing(link.code) : t(common.connecting)}</p>
      </main>
    </div>
  );
}

function Preview({ room, timing }: Props) {
  return (
    <div class={`phone phone--preview ${timing.level.value}`} inert>
      <Top room={room} timing={timing} />
      <Screen room={room} />
    </div>
  );
}

function Seated({ room, timing }: Props) {
  useOneShake(timing);
  useLaterScreens(room);
  return (
    <div class={`phone ${timing.level.value}`}>
      <Top room={room} timing={timing} />
      <ReturnedWords room={room} />
      <Screen room={room} />
      {leftovers(room).map((step) => (
        <Leftover key={step.id} room={room} step={step} />
      ))}
      <Toast room={room} />
      <SpokenTime room={room} timing={timing} />
    </div>
  );
}

function Screen({ room }: { room: Room }) {
  const state = room.agenda.value?.state;
  const step = room.step.value;
  if (state === "over" || room.facts.value?.closed_ms) return <Over room={room} />;
  if (!step) return <Lobby room={room} />;
  const Activity = activities[step.kind];
  if (!Activity) return <Wait room={room} step={step} />;
  return <Activity key={step.id} room={room} step={step} />;
}

function Over({ room }: { room: Room }) {
  return (
    <>
      <main class="page res">
        <h1>{t(phone.thanks)}</h1>
        <p class="lead-in">{t(phone.thanksLead)}</p>
        <Vows room={room} />
      </main>
      <footer class="foot">
        <p class="quiet">{t(phone.nothingToDo)}</p>
      </footer>
    </>
  );
}
