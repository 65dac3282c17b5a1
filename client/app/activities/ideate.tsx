/** Writing in silence: a composer under the thumb, and one's own cards with what became of them. */
import { useRef, useState } from "preact/hooks";
import { Icon } from "../icons";
import type { Entry } from "../outbox";
import { Ask, Button, Choice, Field, Tick } from "../parts";
import type { Room } from "../room";
import { mayAct, textOf } from "../select";
import { testId } from "../testids";
import { type Card, commands, LIMIT, type Step } from "../wire";
import { both, t } from "../words";
import { common } from "../words/common";
import { phone } from "../words/phone";
import type { ActivityProps } from "./activity";

export function Ideate({ room, step }: ActivityProps) {
  const writes = mayAct(room, step);
  return (
    <>
      <main class="page">
        <Ask text={both(step.prompt)} />
        <HowItIsKept room={room} step={step} />
        {writes ? <Mine room={room} step={step} /> : <p class="lead-in">{t(phone.watchOnly)}</p>}
      </main>
      {writes && <Foot room={room} step={step} />}
    </>
  );
}

/** Said before writing: with or without a name, and who sees it when. */
function HowItIsKept({ room, step }: ActivityProps) {
  const hidden = room.replica.room.one("ideation", step.id)?.hidden ?? true;
  return (
    <ul class="kept">
      {step.anonymous ? (
        <li {...testId("anon-note")}>
          <Icon name="lock" />
          <p>{t(phone.anonymousNote)}</p>
        </li>
      ) : (
        <li>
          <Icon name="pen" />
          <p>
            {t(phone.named)}. {t(hidden ? phone.hiddenNote : phone.openNote)}.
          </p>
        </li>
      )}
      {step.anonymous && step.few && (
        <li class="warn" {...testId("few-note")}>
          <Icon name="people" />
          <p>{t(phone.few)}</p>
        </li>
      )}
    </ul>
  );
}

function Mine({ room, step }: ActivityProps) {
  const pending = room.outbox.entries.value.filter((entry) => entry.step === step.id);
  const going = pending.filter((entry) => entry.command[0] === "post_idea");
  const leaving = new Set(named(pending, "withdraw_idea").map((entry) => entry.command[1]));
  const cards = myCards(room, step).filter((card) => !leaving.has(card.id));
  return (
    <>
      <div class="sec sec--tap">
        <h2>
          {t(phone.myIdeas)} <span class="num">{cards.length + going.length}</span>
        </h2>
        <Tick id="done" on={room.done.value} onPress={() => room.setDone(!room.done.value)}>
          {t(phone.done)}
        </Tick>
      </div>
      {cards.length + going.length === 0 && <p class="lead-in">{t(phone.noIdeas)}</p>}
      <ul>
        {[...going].reverse().map((entry) => (
          <Going key={`${entry.lane}:${entry.ref}`} room={room} step={step} entry={entry} />
        ))}
        {[...cards].reverse().map((card) => (
          <Mined key={card.id} room={room} step={step} card={card} />
        ))}
      </ul>
    </>
  );
}

function named(entries: readonly Entry[], command: string): readonly Entry[] {
  return entries.filter((entry) => entry.command[0] === command);
}

function myCards(room: Room, step: Step): readonly Card[] {
  const seat = room.seat.value;
  const shown = room.replica.room.all("card").filter((card) => seat && card.author === seat);
  return [...room.replica.own.all("card"), ...shown].filter((card) => card.step === step.id);
}

function Lane({ room, step, lane }: ActivityProps & { lane: number }) {
  const lanes = room.replica.room.one("ideation", step.id)?.lanes ?? [];
  if (lanes.length < 2) return <span />;
  return (
    <span class="idea__lane" title={both(lanes[lane])}>
      {lane + 1}
      <span class="sr">{both(lanes[lane])}</span>
    </span>
  );
}

/** A card that the server has not confirmed yet. */
function Going({ room, step, entry }: ActivityProps & { entry: Entry }) {
  const on = room.socket.link.value.state === "online";
  return (
    <li class="idea idea--going" data-state="sending" {...testId("idea")}>
      <Lane room={room} step={step} lane={Number(entry.command[1])} />
      <p class="idea__text">{entry.words[0]}</p>
      <span />
      <p class="idea__note" role="status">
        <i class="spool" />
        {t(on ? common.sending : common.waitingForLink)}
      </p>
    </li>
  );
}

function Mined({ room, step, card }: ActivityProps & { card: Card }) {
  const [open, setOpen] = useState(false);
  const [editing, setEditing] = useState(false);
  const edit = room.outbox.entries.value.find(
    (entry) => entry.command[0] === "edit_idea" && entry.command[1] === card.id,
  );
  const text = edit?.words[0] ?? textOf(card);
  if (editing) {
    return (
      <Editing room={room} step={step} card={card} text={text} end={() => setEditing(false)} />
    );
  }
  return (
    <li class="idea" data-state={edit ? "sending" : "sent"} {...testId("idea")}>
      <Lane room={room} step={step} lane={card.lane} />
      <button type="button" class="idea__text" onClick={() => setOpen(!open)} aria-expanded={open}>
        {text}
      </button>
      <span class="idea__st">
        <Icon name={edit ? "ring" : "check"} />
        <span class="sr">{t(edit ? common.sending : common.sent)}</span>
      </span>
      {open && step.input && (
        <p class="idea__note">
          <Button id="idea-edit" look="text" onPress={() => setEditing(true)}>
            {t(phone.edit)}
          </Button>
          <Button
            id="idea-withdraw"
            look="text"
            onPress={() => void room.do(commands.withdrawIdea(card.id), [], { step: step.id })}
          >
            {t(phone.withdraw)}
          </Button>
        </p>
      )}
    </li>
  );
}

function Editing(props: ActivityProps & { card: Card; text: string; end: () => void }) {
  const { room, step, card, end } = props;
  const key = `edit${card.id}`;
  const text = room.drafts.get(step.id, key) || props.text;
  const leave = () => {
    room.drafts.set(step.id, key, "");
    end();
  };
  const save = () => {
    void room.do(commands.editIdea(card.id), [text], { step: step.id });
    leave();
  };
  return (
    <li class="idea idea--edit">
      <Field
        id="idea-edit-text"
        label={t(phone.edit)}
        rows={3}
        most={LIMIT.card}
        value={text}
        onText={(next) => room.drafts.set(step.id, key, next)}
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

function Foot({ room, step }: ActivityProps) {
  if (step.input) return <Composer room={room} step={step} />;
  if (room.drafts.get(step.id, "idea")) return null; // the sheet for late ideas offers to send it
  return (
    <footer class="foot">
      <p class="quiet">{t(phone.noMoreInput)}</p>
    </footer>
  );
}

/** Whether an acknowledged card lies in the moderator's tray, because the step closed meanwhile. */
function wentLate(room: Room, step: Step, card: number): boolean {
  const hidden = room.replica.room.one("ideation", step.id)?.hidden;
  return hidden ? !room.replica.own.one("card", card) : !room.stepOf(step.id)?.input;
}

function Composer({ room, step }: ActivityProps) {
  const lane = Number(room.drafts.get(step.id, "lane"));
  const setLane = (next: number) => room.drafts.set(step.id, "lane", next ? String(next) : "");
  const area = useRef<HTMLTextAreaElement>(null);
  const lanes = room.replica.room.one("ideation", step.id)?.lanes ?? [];
  const text = room.drafts.get(step.id, "idea");
  const over = text.trim().length - LIMIT.card;
  const send = () => {
    if (!text.trim() || over > 0) return;
    if (room.done.value) room.setDone(false);
    void room.do(commands.postIdea(lane), [text.trim()], { step: step.id }).then((answer) => {
      const [card] = answer.ok ? answer.made : [];
      if (card && wentLate(room, step, card)) room.notice.value = phone.sentLate;
    });
    room.drafts.set(step.id, "idea", "");
    area.current?.focus();
  };
  return (
    <form
      class="composer"
      aria-label={t(phone.composer)}
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <fieldset class="composer__bar" aria-label={t(phone.whereTo)}>
        {lanes.length > 1 &&
          lanes.map((name, n) => (
            <Choice key={name[0]} id={`idea-lane-${n}`} on={lane === n} onPress={() => setLane(n)}>
              {both(name)}
            </Choice>
          ))}
        {step.anonymous && (
          <span class="composer__mode">
            <Icon name="lock" />
            {t(phone.anonymous)}
          </span>
        )}
      </fieldset>
      <div class="composer__row">
        <textarea
          ref={area}
          rows={2}
          aria-label={t(phone.oneThought)}
          placeholder={t(phone.oneThought)}
          value={text}
          onInput={(event) => {
            room.drafts.set(step.id, "idea", event.currentTarget.value);
            room.typing();
          }}
          onKeyDown={(event) => {
            if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) send();
          }}
          {...testId("idea-text")}
        />
        <button
          type="submit"
          class="send"
          aria-label={t(phone.send)}
          disabled={!text.trim() || over > 0}
          onMouseDown={(event) => event.preventDefault()} // the keyboard stays
          {...testId("idea-send")}
        >
          <Icon name="up" />
        </button>
      </div>
      {over > 0 && <p class="composer__over">{t(phone.tooLong, over)}</p>}
    </form>
  );
}
