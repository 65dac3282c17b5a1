/** The moderator's desk: what happens now, how much time is left, who is silent, what comes next. */
import "@fontsource-variable/golos-text";
import "@fontsource-variable/literata";
import { render } from "preact";
import { useState } from "preact/hooks";
import { Vows } from "./activities/close";
import { asTime } from "./clock";
import { enterRoom } from "./enter";
import { useDoor } from "./links";
import { Plan } from "./moderator/agenda";
import { Bar } from "./moderator/bar";
import { Trays } from "./moderator/cards";
import { Decisions } from "./moderator/decisions";
import { Links } from "./moderator/links";
import { Live } from "./moderator/live";
import { People } from "./moderator/people";
import { Button, Choice, ConnectionNote, Dot, HeadRule, Languages, Sheet, Toast } from "./parts";
import type { Room } from "./room";
import { cardsIn, nextStep, openDecisions, placeOf, steps } from "./select";
import "./styles/moderator.css";
import { testId } from "./testids";
import { Timing } from "./timing";
import { commands } from "./wire";
import { atTime, both, closing, t } from "./words";
import { common, kindNames } from "./words/common";
import { desk } from "./words/moderator";

type Tab = "live" | "trays" | "decisions" | "plan" | "people";
interface Props {
  readonly room: Room;
  readonly timing: Timing;
}

function Desk({ room, timing }: Props) {
  const [tab, setTab] = useState<Tab>("live");
  const link = room.socket.link.value;
  if (!room.ready.value) {
    return (
      <p class="quiet">{link.state === "stopped" ? closing(link.code) : t(common.connecting)}</p>
    );
  }
  return (
    <div class={`desk-grid tab-${tab} ${timing.level.value}`}>
      <Head room={room} />
      <Plan room={room} />
      <main class="live">
        <ConnectionNote room={room} />
        <Now room={room} timing={timing} />
        <Tabs room={room} tab={tab} onTab={setTab} />
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must scroll by keys too */}
        <section class="live__in" tabIndex={0} aria-label={t(desk.tabs)}>
          <Content room={room} tab={tab} />
        </section>
      </main>
      <People room={room} />
      <Bar room={room} />
      <Toast room={room} />
    </div>
  );
}

function Content({ room, tab }: { room: Room; tab: Tab }) {
  const step = room.step.value;
  if (tab === "trays") return <Trays room={room} />;
  if (tab === "decisions") return <Decisions room={room} />;
  if (room.facts.value?.closed_ms) return <Vows room={room} />;
  return (
    <>
      {step ? <Live room={room} step={step} /> : <Door room={room} />}
      <Coming room={room} />
    </>
  );
}

function Head({ room }: { room: Room }) {
  const [open, setOpen] = useState<"links" | "close" | null>(null);
  const close = () => setOpen(null);
  return (
    <header class="mod__top">
      <b>{room.facts.value?.title}</b>
      <span class="soft">
        {t(common.room)} <span class="num">{room.session.code}</span>
      </span>
      <span class="grow" />
      <Languages />
      <Button id="links-open" onPress={() => setOpen("links")}>
        {t(desk.links)}
      </Button>
      {!room.facts.value?.closed_ms && (
        <Button id="close-room" onPress={() => setOpen("close")}>
          {t(desk.closeRoom)}
        </Button>
      )}
      <Dot room={room} />
      {open === "links" && <Links room={room} onClose={close} />}
      {open === "close" && <CloseSheet room={room} onClose={close} />}
    </header>
  );
}

function CloseSheet({ room, onClose }: { room: Room; onClose: () => void }) {
  const open = openDecisions(room).filter((decision) => !decision.signed);
  return (
    <Sheet title={t(desk.closeRoom)} onClose={onClose}>
      <p>{t(desk.closeLead)}</p>
      {open.length > 0 && (
        <p class="warn">
          {t(desk.closeOpen, open.map((decision) => decision.what ?? "").join("; "))}
        </p>
      )}
      <Button
        id="close-sure"
        look="act"
        wide
        off={open.length > 0}
        onPress={() => {
          void room.do(commands.closeRoom());
          onClose();
        }}
      >
        {t(desk.closeSure)}
      </Button>
    </Sheet>
  );
}

function Now({ room, timing }: Props) {
  const step = room.step.value;
  const seconds = timing.seconds.value;
  const closed = room.facts.value?.closed_ms;
  if (closed) return <h1>{t(desk.closed, atTime(closed))}</h1>;
  return (
    <>
      <div class="live__h">
        <div>
          <p class="soft">
            {step &&
              t(
                desk.stepOf,
                placeOf(room, step),
                steps(room).length,
                t(kindNames[step.kind] ?? ["", ""]),
              )}
          </p>
          <h1 {...testId("step-name")}>{step ? both(step.name) : t(desk.lobby)}</h1>
        </div>
        <div class="live__t" role="timer" aria-label={t(common.clock)} {...testId("timer")}>
          {seconds === null ? "" : asTime(seconds)}
        </div>
      </div>
      <HeadRule timing={timing} />
      {room.agenda.value?.missed && <p class="warn">{t(desk.missedNote)}</p>}
      {step && both(step.prompt) && (
        <div class="aloud">
          <span>{t(desk.aloud)}</span>
          <p>{both(step.prompt)}</p>
        </div>
      )}
    </>
  );
}

function Tabs({ room, tab, onTab }: { room: Room; tab: Tab; onTab: (tab: Tab) => void }) {
  const trays = cardsIn(room, "late").length + cardsIn(room, "parked").length;
  const one = (name: Tab, text: string, n = 0) => (
    <Choice id={`mod-tab-${name}`} on={tab === name} onPress={() => onTab(name)}>
      {text}
      {n > 0 && <span class="num">{n}</span>}
    </Choice>
  );
  return (
    <fieldset class="tabs" aria-label={t(desk.tabs)}>
      {one("live", t(desk.live))}
      {one("trays", `${t(desk.lateTray)}, ${t(desk.parking).toLowerCase()}`, trays)}
      {one("decisions", t(desk.decisions), openDecisions(room).length)}
      <span class="small-only">
        {one("plan", t(desk.plan))}
        {one("people", t(desk.people))}
      </span>
    </fieldset>
  );
}

/** Before the beginning: how people come in, for a room without a stage. */
function Door({ room }: { room: Room }) {
  const door = useDoor(room);
  if (!door) return null;
  return (
    <section class="door">
      <img src={door.qr} alt={`QR: ${room.session.code}`} />
      <div>
        <p>{t(desk.joinHere)}</p>
        <b class="num">{room.session.code}</b>
        <p>{location.host}</p>
      </div>
    </section>
  );
}

const MINUTE_MS = 60_000;

function Coming({ room }: { room: Room }) {
  const step = nextStep(room);
  if (!step) return null;
  return (
    <section class="coming">
      <h2>{t(desk.comesNext)}</h2>
      <p>
        <b>{both(step.name)}</b>, {Math.round(step.planned_ms / MINUTE_MS)} {t(desk.minute)}
      </p>
      <p class="soft">{both(step.prompt)}</p>
    </section>
  );
}

const place = document.getElementById("app");
if (place) {
  const room = enterRoom();
  place.textContent = "";
  render(<Desk room={room} timing={new Timing(room)} />, place);
}
