/** Cards in the moderator's hand: one row each; pressed, it shows what can be done with it. */
import { useState } from "preact/hooks";
import { VoiceMark } from "../icons";
import { Button, Field, Sheet } from "../parts";
import type { Room } from "../room";
import { laneName, textOf } from "../select";
import { testId } from "../testids";
import { type Card, commands, LIMIT } from "../wire";
import { both, t } from "../words";
import { common } from "../words/common";
import { desk as words } from "../words/moderator";
import { deedsOf } from "./deeds";
import type { Desk } from "./desk";
import { SpotButton } from "./spot";

interface Props {
  readonly desk: Desk;
  readonly card: Card;
  /** Cards can be picked to be put together. */
  readonly pick?: { readonly on: boolean; readonly toggle: () => void };
  readonly lane?: boolean;
}

export function ModCard({ desk, card, pick, lane = false }: Props) {
  const pressed = desk.opened.value === card.id;
  const toggle = () => {
    desk.opened.value = pressed ? 0 : card.id;
  };
  // A late card waits for an answer, so its ways out are in sight.
  const open = pressed || card.state === "late";
  return (
    <li class="card" data-state={card.state} {...testId("mod-card")}>
      {pick && (
        <button
          type="button"
          class="tick"
          aria-pressed={pick.on}
          aria-label={`${t(words.pick)}: ${textOf(card)}`}
          onClick={pick.toggle}
          {...testId("mod-pick")}
        >
          <b />
        </button>
      )}
      <button
        type="button"
        class="card__row"
        aria-expanded={open}
        onClick={toggle}
        {...testId("card-open")}
      >
        <VoiceMark role={card.role} />
        <span>
          {textOf(card)}
          <small>{notesOf(desk.room, card, lane)}</small>
        </span>
      </button>
      {open && card.state !== "redacted" && <Deeds desk={desk} card={card} />}
    </li>
  );
}

function notesOf(room: Room, card: Card, lane: boolean): string {
  const where = laneName(room, card.step, card.lane) || both(room.stepOf(card.step)?.name);
  const state = card.state === "left" && t(words.leftState);
  const notes = [card.name, lane && where, card.edited && t(common.edited), state];
  return notes.filter(Boolean).join(", ");
}

function Deeds({ desk, card }: { desk: Desk; card: Card }) {
  const [editing, setEditing] = useState(false);
  const group = desk.room.replica.room.one("group", card.group);
  return (
    <div class="card__deeds">
      {card.state === "shown" && <SpotButton desk={desk} target={card.id} />}
      {deedsOf(card, group).map((deed) => (
        <Button key={deed.id} id={deed.id} onPress={() => void desk.act(deed.command, deed)}>
          {t(deed.name)}
        </Button>
      ))}
      <Button id="card-edit" onPress={() => setEditing(true)}>
        {t(words.edit)}
      </Button>
      <Redact desk={desk} card={card} />
      {editing && <EditSheet desk={desk} card={card} onClose={() => setEditing(false)} />}
    </div>
  );
}

/** Erases the words for good, which nothing can undo, so the button asks once more. */
function Redact({ desk, card }: { desk: Desk; card: Card }) {
  const [sure, setSure] = useState(false);
  const redact = () => void desk.act(commands.redactCard(card.id), { text: t(words.redactedOne) });
  return (
    <Button id="card-redact" onPress={() => (sure ? redact() : setSure(true))}>
      {t(sure ? words.redactSure : words.redact)}
    </Button>
  );
}

function EditSheet({ desk, card, onClose }: { desk: Desk; card: Card; onClose: () => void }) {
  const [text, setText] = useState(textOf(card));
  const before = card.text ?? "";
  const save = () => {
    onClose();
    const undo = () =>
      card.edited
        ? [[commands.editCard(card.id), before] as const]
        : [[commands.restoreCard(card.id)] as const];
    void desk.act(commands.editCard(card.id), { text: t(words.editedOne), undo }, [text.trim()]);
  };
  return (
    <Sheet title={t(words.edit)} onClose={onClose}>
      <Field
        id="card-edit-text"
        label={t(words.editLabel)}
        rows={4}
        most={LIMIT.card}
        value={text}
        onText={setText}
      />
      <p class="soft">{t(words.editLead)}</p>
      <Button
        id="card-edit-save"
        look="act"
        wide
        off={!text.trim() || text === before}
        onPress={save}
      >
        {t(common.save)}
      </Button>
    </Sheet>
  );
}
