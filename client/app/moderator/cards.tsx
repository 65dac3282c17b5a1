/** Cards in the moderator's hand: hide, restore, edit, park, erase; the late tray; the parking lot. */
import { useState } from "preact/hooks";
import { VoiceMark } from "../icons";
import { Button, Field, Sheet } from "../parts";
import type { Room } from "../room";
import { cardsIn, laneName, textOf } from "../select";
import { type TestId, testId } from "../testids";
import { type Card, type Command, commands, LIMIT } from "../wire";
import { both, t } from "../words";
import { common } from "../words/common";
import { desk } from "../words/moderator";

interface Deed {
  readonly id: TestId;
  readonly name: string;
  readonly command: Command;
}

/** What may be done with a card in its state. Erasing stands apart, since it cannot be undone. */
function deedsOf(card: Card): readonly Deed[] {
  const hide = {
    id: "card-hide",
    name: t(desk.hide),
    command: commands.hideCard(card.id),
  } as const;
  const park = {
    id: "card-park",
    name: t(desk.park),
    command: commands.parkCard(card.id),
  } as const;
  const restore = {
    id: "card-restore",
    name: t(desk.restore),
    command: commands.restoreCard(card.id),
  } as const;
  if (card.state === "shown") return card.edited ? [hide, park, restore] : [hide, park];
  if (card.state === "late") {
    return [
      { id: "late-admit", name: t(desk.admit), command: commands.restoreCard(card.id) },
      { id: "late-leave", name: t(desk.leave), command: commands.leaveCard(card.id) },
    ];
  }
  return card.state === "parked" ? [restore, hide] : [restore];
}

export function ModCard({ room, card }: { room: Room; card: Card }) {
  const [editing, setEditing] = useState(false);
  const [sure, setSure] = useState(false);
  const where = laneName(room, card.step, card.lane) || both(room.stepOf(card.step)?.name);
  const notes = [card.name, where, card.edited && t(common.edited)].filter(Boolean).join(", ");
  return (
    <li class="card" data-state={card.state} {...testId("mod-card")}>
      <VoiceMark role={card.role} />
      <div>
        <p>{textOf(card)}</p>
        <small>{notes}</small>
      </div>
      {card.state !== "redacted" && (
        <div class="card__deeds">
          {deedsOf(card).map((deed) => (
            <Button key={deed.id} id={deed.id} onPress={() => void room.do(deed.command)}>
              {deed.name}
            </Button>
          ))}
          <Button id="card-edit" onPress={() => setEditing(true)}>
            {t(desk.edit)}
          </Button>
          <Button
            id="card-redact"
            onPress={() => (sure ? void room.do(commands.redactCard(card.id)) : setSure(true))}
          >
            {t(sure ? desk.redactSure : desk.redact)}
          </Button>
        </div>
      )}
      {editing && <EditSheet room={room} card={card} onClose={() => setEditing(false)} />}
    </li>
  );
}

function EditSheet({ room, card, onClose }: { room: Room; card: Card; onClose: () => void }) {
  const [text, setText] = useState(textOf(card));
  const save = () => {
    void room.do(commands.editCard(card.id), [text.trim()]);
    onClose();
  };
  return (
    <Sheet title={t(desk.edit)} onClose={onClose}>
      <Field
        id="card-edit-text"
        label={t(desk.edit)}
        rows={4}
        most={LIMIT.card}
        value={text}
        onText={setText}
      />
      <Button id="card-edit-save" look="act" wide off={!text.trim()} onPress={save}>
        {t(common.save)}
      </Button>
    </Sheet>
  );
}

export function CardList(props: { room: Room; title: string; cards: readonly Card[] }) {
  const { room, title, cards } = props;
  if (cards.length === 0) return null;
  return (
    <section class="pile">
      <h2>
        {title} <span class="num">{cards.length}</span>
      </h2>
      <ul>
        {cards.map((card) => (
          <ModCard key={card.id} room={room} card={card} />
        ))}
      </ul>
    </section>
  );
}

/** What waits for a word of the moderator: late cards, the parking lot, what was hidden. */
export function Trays({ room }: { room: Room }) {
  return (
    <>
      <CardList room={room} title={t(desk.lateTray)} cards={cardsIn(room, "late")} />
      <CardList room={room} title={t(desk.parking)} cards={cardsIn(room, "parked")} />
      <CardList room={room} title={t(desk.hidden)} cards={cardsIn(room, "hidden")} />
    </>
  );
}
