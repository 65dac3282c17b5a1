/** The phone of everybody who takes part: participants, customers, partners, experts, observers. */
import { render } from "preact";
import { useEffect, useState } from "preact/hooks";
import { activities, warm } from "./activities";
import { Vows } from "./activities/close";
import { enterRoom } from "./enter";
import {
  Button,
  ConnectionNote,
  Countdown,
  Dot,
  Field,
  HeadRule,
  Languages,
  Sheet,
  SpokenTime,
  Toast,
} from "./parts";
import { Join } from "./phone/join";
import { Leftover, leftovers, ReturnedWords } from "./phone/kept";
import { Lobby } from "./phone/lobby";
import { Wait } from "./phone/wait";
import type { Room } from "./room";
import { placeOf } from "./select";
import "./styles/phone.css";
import { testId } from "./testids";
import { Timing } from "./timing";
import { commands, LIMIT, ROLE } from "./wire";
import { both, closing, t } from "./words";
import { common } from "./words/common";
import { phone } from "./words/phone";

function Phone({ room, timing }: { room: Room; timing: Timing }) {
  const link = room.socket.link.value;
  if (!room.ready.value) {
    return (
      <div class="phone">
        <main class="page">
          <p class="quiet">
            {link.state === "stopped" ? closing(link.code) : t(common.connecting)}
          </p>
        </main>
      </div>
    );
  }
  if (!room.seat.value) return <Join room={room} />;
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

function Top({ room, timing }: { room: Room; timing: Timing }) {
  const [menu, setMenu] = useState(false);
  const step = room.step.value;
  const word = timeWord(timing);
  return (
    <header class="top">
      <div class="top__row">
        <button
          type="button"
          class="top__step"
          onClick={() => setMenu(true)}
          aria-haspopup="dialog"
          {...testId("step-name")}
        >
          {step?.kind && <span class="num">{placeOf(room, step)}</span>}
          {word ? <b class="top__word">{word}</b> : both(step?.name) || room.facts.value?.title}
        </button>
        <Countdown timing={timing} id="timer" />
        <Dot room={room} />
      </div>
      <HeadRule timing={timing} />
      <ConnectionNote room={room} />
      {menu && <Menu room={room} onClose={() => setMenu(false)} />}
    </header>
  );
}

/** A word beside the colour of the clock. */
function timeWord(timing: Timing): string {
  const seconds = timing.seconds.value;
  if (timing.level.value === "is-paused") return t(common.paused);
  if (seconds === 0) return t(common.timeUp);
  if (timing.level.value === "is-end") return t(common.lastSeconds);
  return timing.level.value === "is-warn" ? t(common.lastMinute) : "";
}

/** What is rarely needed: the goal, parking a topic, the language. */
function Menu({ room, onClose }: { room: Room; onClose: () => void }) {
  const step = room.step.value;
  const parks = step && room.role.value !== ROLE.observer;
  return (
    <Sheet title={both(step?.name) || (room.facts.value?.title ?? "")} onClose={onClose}>
      <Languages />
      {room.facts.value?.goal && (
        <p class="lead-in">
          <b>{t(phone.goal)}</b> {room.facts.value.goal}
        </p>
      )}
      {parks && <Park room={room} onClose={onClose} />}
    </Sheet>
  );
}

function Park({ room, onClose }: { room: Room; onClose: () => void }) {
  const step = room.step.value?.id ?? 0;
  const text = room.drafts.get(step, "park");
  const send = () => {
    void room.do(commands.parkTopic(), [text.trim()]).then((answer) => {
      if (answer.ok) room.notice.value = phone.parkSent;
    });
    room.drafts.set(step, "park", "");
    onClose();
  };
  return (
    <>
      <Field
        id="park-text"
        label={t(phone.parkTitle)}
        rows={2}
        most={LIMIT.card}
        value={text}
        onText={(next) => room.drafts.set(step, "park", next)}
      />
      <p class="lead-in">{t(phone.parkLead)}</p>
      <Button id="park-send" wide off={!text.trim()} onPress={send}>
        {t(phone.parkSend)}
      </Button>
    </>
  );
}

/** Phones may vibrate once, when the last minute begins. */
function useOneShake(timing: Timing): void {
  const warn = timing.level.value === "is-warn";
  useEffect(() => {
    if (warn) navigator.vibrate?.(80);
  }, [warn]);
}

const WARM_MS = 1_500;

/** Whoever has joined gets the screens of later steps too, while there is a connection. */
function useLaterScreens(room: Room): void {
  const joined = room.seat.value !== 0;
  useEffect(() => {
    if (!joined) return;
    const timer = setTimeout(warm, WARM_MS);
    return () => clearTimeout(timer);
  }, [joined]);
}

function App({ room, timing }: { room: Room; timing: Timing }) {
  useOneShake(timing);
  useLaterScreens(room);
  return <Phone room={room} timing={timing} />;
}

const place = document.getElementById("app");
if (place) {
  const room = enterRoom();
  place.textContent = "";
  render(<App room={room} timing={new Timing(room)} />, place);
}
