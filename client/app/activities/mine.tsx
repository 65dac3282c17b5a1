/** One's own cards in a step, and what became of each: on its way, saved, being edited, taken back. */
import { useState } from "preact/hooks";
import { Icon } from "../icons";
import type { Entry } from "../outbox";
import { Button, Field } from "../parts";
import type { Room } from "../room";
import { textOf } from "../select";
import { testId } from "../testids";
import { type Card, commands, LIMIT, type Step } from "../wire";
import { both, t } from "../words";
import { common } from "../words/common";
import { phone } from "../words/phone";
import { steps } from "../words/steps";
import type { ActivityProps } from "./activity";
import { DoneTick } from "./rest";

export function myCards(room: Room, step: Step): readonly Card[] {
  const seat = room.seat.value;
  const shown = room.replica.room.all("card").filter((card) => seat && card.author === seat);
  return [...room.replica.own.all("card"), ...shown].filter((card) => card.step === step.id);
}

const called = (entries: readonly Entry[], command: string) =>
  entries.filter((entry) => entry.command[0] === command);

export function Mine({ room, step }: ActivityProps) {
  const [taken, setTaken] = useState<Card | null>(null);
  const pending = room.outbox.entries.value.filter((entry) => entry.step === step.id);
  const going = called(pending, "post_idea");
  const leaving = new Set(called(pending, "withdraw_idea").map((entry) => entry.command[1]));
  const cards = myCards(room, step).filter((card) => !leaving.has(card.id));
  const listed = taken ? [...cards, taken].sort((a, b) => a.id - b.id) : cards;
  const withdraw = (card: Card) => {
    setTaken(card);
    void room.do(commands.withdrawIdea(card.id), [], { step: step.id });
  };
  return (
    <>
      <Head room={room} step={step} count={cards.length + going.length} />
      <ul>
        {[...going].reverse().map((entry) => (
          <Going key={`${entry.lane}:${entry.ref}`} room={room} step={step} entry={entry} />
        ))}
        {[...listed]
          .reverse()
          .map((card) =>
            card === taken ? (
              <TakenBack key={card.id} {...{ room, step, card }} end={() => setTaken(null)} />
            ) : (
              <Saved key={card.id} {...{ room, step, card }} withdraw={() => withdraw(card)} />
            ),
          )}
      </ul>
    </>
  );
}

function Head({ room, step, count }: ActivityProps & { count: number }) {
  const none = count === 0;
  return (
    <>
      <div class="sec sec--tap">
        <h2>
          {t(steps.myIdeas)} {!none && <span class="num">{count}</span>}
        </h2>
        {step.input && <DoneTick room={room} say={none ? steps.nothingToAdd : phone.done} />}
      </div>
      {none && <p class="lead-in">{t(step.input ? steps.noIdeas : steps.noneWritten)}</p>}
    </>
  );
}

const PLUS = /^(помога|helps?$)/i;
const MINUS = /^(меша|hinders?$)/i;

/** The lane in the margin: plus and minus where that is what the two lanes mean, else its number. */
function Lane({ room, step, lane }: ActivityProps & { lane: number }) {
  const lanes = room.replica.room.one("ideation", step.id)?.lanes ?? [];
  if (lanes.length < 2) return <span />;
  const name = both(lanes[lane]);
  return (
    <span class="idea__lane" title={name}>
      {laneIcon(name) ?? lane + 1}
      <span class="sr">{name}</span>
    </span>
  );
}

export function laneIcon(name: string) {
  if (PLUS.test(name)) return <Icon name="plus" />;
  return MINUS.test(name) ? <Icon name="minus" /> : undefined;
}

/** A card that the server has not confirmed yet. */
function Going({ room, step, entry }: ActivityProps & { entry: Entry }) {
  const on = room.socket.link.value.state === "online";
  return (
    <li
      class={`idea idea--going ${on ? "" : "idea--wait"}`}
      data-state="sending"
      {...testId("idea")}
    >
      <Lane room={room} step={step} lane={Number(entry.command[1])} />
      <p class="idea__text">{entry.words[0]}</p>
      <span />
      <p class="idea__note">
        {on ? <i class="spool" /> : <Icon name="ring" />}
        {t(on ? common.sending : common.waitingForLink)}
      </p>
    </li>
  );
}

interface SavedProps extends ActivityProps {
  readonly card: Card;
  readonly withdraw: () => void;
}

function Saved({ room, step, card, withdraw }: SavedProps) {
  const [state, setState] = useState<"" | "open" | "editing">("");
  const edit = room.outbox.entries.value.find(
    (entry) => entry.command[0] === "edit_idea" && entry.command[1] === card.id,
  );
  const text = edit?.words[0] ?? textOf(card);
  const mayChange = step.input && card.text !== null;
  if (state === "editing" && mayChange) {
    return <Editing {...{ room, step, card, text }} end={() => setState("")} />;
  }
  return (
    <li class="idea" data-state={edit ? "sending" : "sent"} {...testId("idea")}>
      <Lane room={room} step={step} lane={card.lane} />
      {mayChange ? (
        <button
          type="button"
          class="idea__text"
          onClick={() => setState(state ? "" : "open")}
          aria-expanded={state !== ""}
        >
          <span>{text}</span>
        </button>
      ) : (
        <p class="idea__text">{text}</p>
      )}
      <span class="idea__st">
        <Icon name={edit ? "ring" : "check"} />
        <span class="sr">{t(edit ? common.sending : common.sent)}</span>
      </span>
      {state && mayChange && (
        <p class="idea__note">
          <Button id="idea-edit" look="text" onPress={() => setState("editing")}>
            {t(steps.edit)}
          </Button>
          <Button id="idea-withdraw" look="text" onPress={withdraw}>
            {t(steps.withdraw)}
          </Button>
        </p>
      )}
    </li>
  );
}

/** What was just withdrawn, with a way back: its words are nowhere else. */
function TakenBack(props: ActivityProps & { card: Card; end: () => void }) {
  const { room, step, card, end } = props;
  const again = () => {
    void room.do(commands.postIdea(card.lane), [textOf(card)], { step: step.id });
    end();
  };
  return (
    <li class="idea idea--taken">
      <Lane room={room} step={step} lane={card.lane} />
      <p class="idea__text">{textOf(card)}</p>
      <span />
      <p class="idea__note" role="status">
        {t(steps.takenBack)}
        {step.input && (
          <Button id="idea-again" look="text" onPress={again}>
            {t(steps.putBack)}
          </Button>
        )}
      </p>
    </li>
  );
}

function Editing(props: ActivityProps & { card: Card; text: string; end: () => void }) {
  const { room, step, card, end } = props;
  const key = `edit${card.id}`;
  const [text, setText] = useState(room.drafts.get(step.id, key) || props.text);
  const leave = () => {
    room.drafts.set(step.id, key, "");
    end();
  };
  const save = () => {
    void room.do(commands.editIdea(card.id), [text.trim()], { step: step.id });
    if (room.done.value) room.setDone(false);
    leave();
  };
  return (
    <li class="idea idea--edit">
      <Field
        id="idea-edit-text"
        label={t(steps.edit)}
        rows={3}
        most={LIMIT.card}
        value={text}
        onText={(next) => {
          setText(next);
          room.drafts.set(step.id, key, next);
        }}
      />
      <p class="duo">
        <Button id="cancel" look="text" onPress={leave}>
          {t(common.cancel)}
        </Button>
        <Button id="idea-edit-save" look="act" off={!text.trim()} onPress={save}>
          {t(common.save)}
        </Button>
      </p>
    </li>
  );
}
