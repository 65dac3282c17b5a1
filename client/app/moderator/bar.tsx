/** The bar at the bottom of a laptop: time and the way through the agenda. Every button has a key. */
import type { ComponentChildren } from "preact";
import { Icon } from "../icons";
import { Button } from "../parts";
import { type TestId, testId } from "../testids";
import { commands } from "../wire";
import { both, count, t } from "../words";
import { common } from "../words/common";
import { desk as words } from "../words/moderator";
import { type Controls, nextLabel } from "./controls";
import type { Desk } from "./desk";
import { MINUTE_MS } from "./plan";

interface Props {
  readonly desk: Desk;
  readonly controls: Controls;
}

export function Bar({ desk, controls }: Props) {
  const { state, off, back, stop } = controls;
  if (state === "over") return null;
  return (
    <footer class="bar">
      <MoveEnd desk={desk} controls={controls} />
      {state !== "lobby" && <Time desk={desk} controls={controls} />}
      <Announced desk={desk} />
      <span class="grow" />
      {state !== "lobby" && (
        <>
          <Keyed
            id="back"
            look="bare"
            label={t(words.backLead)}
            hint="←"
            off={off || !desk.canGoBack()}
            onPress={back}
          >
            {t(words.back)}
          </Keyed>
          <Keyed id="stop" hint="0" off={off || state === "waiting"} onPress={stop}>
            <Icon name="lock" />
            {t(words.stop)}
          </Keyed>
        </>
      )}
      <Next desk={desk} controls={controls} hint />
    </footer>
  );
}

function Time({ desk, controls }: Props) {
  const { state, off, canGive, canTake, toggle, extend } = controls;
  const paused = state === "paused";
  return (
    <>
      <Keyed
        id={paused ? "resume" : "pause"}
        hint={t(words.space)}
        off={off || state === "waiting"}
        onPress={toggle}
      >
        <Icon name={paused ? "play" : "pause"} />
        {t(paused ? words.resume : words.pause)}
      </Keyed>
      <Keyed id="minus1" hint="−" off={!canTake} onPress={() => extend(-1)}>
        −1
      </Keyed>
      <Keyed id="plus1" hint="1" off={!canGive} onPress={() => extend(1)}>
        +1 {t(words.minute)}
      </Keyed>
      <Keyed id="plus5" hint="5" off={!canGive} onPress={() => extend(5)}>
        +5
      </Keyed>
      <Button id="time-open" label={t(words.timeMore)} onPress={() => desk.open("time")}>
        <Icon name="more" />
      </Button>
    </>
  );
}

interface KeyedProps {
  readonly id: TestId;
  readonly hint: string;
  readonly look?: "bare";
  readonly label?: string;
  readonly off: boolean;
  readonly onPress: () => void;
  readonly children: ComponentChildren;
}

function Keyed({ id, hint, look, label, off, onPress, children }: KeyedProps) {
  return (
    <Button
      id={id}
      {...(look ? { look } : {})}
      {...(label ? { label } : {})}
      off={off}
      onPress={onPress}
    >
      <span>{children}</span>
      <kbd>{hint}</kbd>
    </Button>
  );
}

/** What was just done, and the way back from it. */
export function Announced({ desk }: { desk: Desk }) {
  const said = desk.said.value;
  return (
    <div class="undo" role="status">
      {said && <span {...testId("said")}>{said.text}</span>}
      {said?.undo && (
        <button type="button" onClick={said.undo} {...testId("undo-last")}>
          {t(words.undo)}
        </button>
      )}
    </div>
  );
}

export function Next({ desk, controls, hint }: Props & { hint?: boolean }) {
  const { state, off, following, sure, next } = controls;
  const { done, online } = desk.room.present.value;
  if (!following) return <CloseButton desk={desk} />;
  return (
    <button
      type="button"
      class={`btn btn--act ${sure ? "is-sure" : ""}`}
      disabled={off}
      onClick={next}
      {...testId("next")}
    >
      {state !== "lobby" && <Ring share={online > 0 ? done / online : 0} />}
      <span>
        {!sure && state !== "lobby" && <span class="sr">{t(words.next)}: </span>}
        {nextLabel(controls)}
        <small>{sure ? t(words.nextAgain) : nextNote(controls, done, online)}</small>
      </span>
      {hint && <kbd>→</kbd>}
    </button>
  );
}

/** After the last step the one thing left is to close. */
function CloseButton({ desk }: { desk: Desk }) {
  return (
    <Button id="close-open" look="act" onPress={() => desk.open("close")}>
      <Icon name="check" />
      <span>{t(words.closeRoom)}</span>
    </Button>
  );
}

function nextNote({ state, following }: Controls, done: number, online: number): string {
  return state === "lobby" ? both(following?.name) : t(words.readyOf, done, online);
}

function Ring({ share }: { share: number }) {
  return (
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
  );
}

/** Offered when the time bank is empty: the promised end moves, and everybody sees it. */
export function MoveEnd({ desk, controls }: Props) {
  const { lacking, forgetLacking, extend } = controls;
  if (lacking === 0) return null;
  const move = async () => {
    forgetLacking();
    const answer = await desk.act(commands.moveEnd(lacking * MINUTE_MS));
    if (answer.ok) await extend(lacking);
  };
  return (
    <div class="tip tip--bar" role="alert">
      <p>{t(words.bankEmpty, count(common.minutes, lacking))}</p>
      <Button id="move-end" look="act" onPress={() => void move()}>
        {t(words.moveEnd)}
      </Button>
      <Button id="cancel" look="bare" onPress={forgetLacking}>
        {t(common.cancel)}
      </Button>
    </div>
  );
}
