/** The bar at the bottom: time and the way through the agenda. Every button has a key. */
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { Icon } from "../icons";
import { Button } from "../parts";
import type { Room } from "../room";
import { nextStep } from "../select";
import { type TestId, testId } from "../testids";
import { type Command, commands } from "../wire";
import { both, count, t } from "../words";
import { common } from "../words/common";
import { desk } from "../words/moderator";
import { useKeys } from "./keys";

const MINUTE_MS = 60_000;

export function Bar({ room }: { room: Room }) {
  const [sure, setSure] = useState(false);
  const [lacking, setLacking] = useState(0);
  const state = room.agenda.value?.state ?? "lobby";
  const give = (command: Command) => void room.do(command);
  const extend = async (minutes: number) => {
    const answer = await room.do(commands.extendStep(minutes * MINUTE_MS));
    if (answer.ok || answer.code !== "bank_empty") return;
    room.refusal.value = null;
    setLacking(minutes);
  };
  const unfinished = room.present.value.done < room.present.value.online && state === "running";
  const next = () => {
    if (unfinished && !sure) return setSure(true);
    setSure(false);
    give(commands.nextStep());
  };
  const toggle = () => give(state === "paused" ? commands.resumeClock() : commands.pauseClock());
  useKeys({
    ArrowRight: next,
    ArrowLeft: () => give(commands.backStep()),
    " ": toggle,
    "1": () => void extend(1),
    "5": () => void extend(5),
    "-": () => void extend(-1),
    "0": () => give(commands.stopInput()),
  });
  if (state === "over") return <footer class="bar" />;
  return (
    <footer class="bar">
      {lacking > 0 && (
        <MoveEnd room={room} minutes={lacking} onDone={() => setLacking(0)} extend={extend} />
      )}
      {state !== "lobby" && <Time paused={state === "paused"} toggle={toggle} extend={extend} />}
      <span class="grow" />
      {state !== "lobby" && (
        <>
          <Keyed id="back" look="bare" hint="←" onPress={() => give(commands.backStep())}>
            {t(desk.back)}
          </Keyed>
          <Keyed id="stop" hint="0" onPress={() => give(commands.stopInput())}>
            <Icon name="lock" />
            {t(desk.stop)}
          </Keyed>
        </>
      )}
      <Next room={room} sure={sure && unfinished} onPress={next} />
    </footer>
  );
}

function Time(props: { paused: boolean; toggle: () => void; extend: (minutes: number) => void }) {
  const { paused, toggle, extend } = props;
  return (
    <>
      <Keyed id={paused ? "resume" : "pause"} hint={t(desk.space)} onPress={toggle}>
        <Icon name={paused ? "play" : "pause"} />
        {t(paused ? desk.resume : desk.pause)}
      </Keyed>
      <Keyed id="minus1" hint="−" onPress={() => extend(-1)}>
        −1
      </Keyed>
      <Keyed id="plus1" hint="1" onPress={() => extend(1)}>
        +1 {t(desk.minute)}
      </Keyed>
      <Keyed id="plus5" hint="5" onPress={() => extend(5)}>
        +5
      </Keyed>
    </>
  );
}

interface KeyedProps {
  readonly id: TestId;
  readonly hint: string;
  readonly look?: "bare";
  readonly onPress: () => void;
  readonly children: ComponentChildren;
}

function Keyed({ id, hint, look, onPress, children }: KeyedProps) {
  return (
    <Button id={id} {...(look ? { look } : {})} onPress={onPress}>
      <span>{children}</span>
      <kbd>{hint}</kbd>
    </Button>
  );
}

function Next({ room, sure, onPress }: { room: Room; sure: boolean; onPress: () => void }) {
  const { done, online } = room.present.value;
  const following = nextStep(room);
  const lobby = room.agenda.value?.state === "lobby";
  if (!following) return null;
  const share = online > 0 ? done / online : 0;
  return (
    <button type="button" class="btn btn--act" onClick={onPress} {...testId("next")}>
      {!lobby && (
        <svg class="ring" viewBox="0 0 36 36" aria-hidden="true">
          <circle cx="18" cy="18" r="15" />
          <circle
            cx="18"
            cy="18"
            r="15"
            pathLength={1}
            stroke-dasharray="1"
            stroke-dashoffset={1 - share}
          />
        </svg>
      )}
      <span>
        {sure ? t(desk.nextSure) : `${t(lobby ? desk.begin : desk.next)}: ${both(following.name)}`}
        {!lobby && <small>{t(desk.readyOf, done, online)}</small>}
      </span>
      <kbd>→</kbd>
    </button>
  );
}

interface MoveEndProps {
  readonly room: Room;
  readonly minutes: number;
  readonly onDone: () => void;
  readonly extend: (minutes: number) => Promise<void>;
}

/** Offered when the time bank is empty: the promised end moves, and everybody sees it. */
function MoveEnd({ room, minutes, onDone, extend }: MoveEndProps) {
  const move = async () => {
    onDone();
    const answer = await room.do(commands.moveEnd(minutes * MINUTE_MS));
    if (answer.ok) await extend(minutes);
  };
  return (
    <div class="tip tip--bar" role="alert">
      <p>{t(desk.bankEmpty, count(common.minutes, minutes))}</p>
      <Button id="move-end" look="act" onPress={() => void move()}>
        {t(desk.moveEnd)}
      </Button>
      <Button id="cancel" look="bare" onPress={onDone}>
        {t(common.cancel)}
      </Button>
    </div>
  );
}
