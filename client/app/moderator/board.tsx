/** Many cards at once: lanes side by side, a search, a choice of voices. */
import { useState } from "preact/hooks";
import { laneSections } from "../activities/lists";
import { type Voice, VoiceMark, voiceOf } from "../icons";
import type { Room } from "../room";
import { laneName, textOf } from "../select";
import { testId } from "../testids";
import type { Card } from "../wire";
import { both, count, t } from "../words";
import { common, voicesMany } from "../words/common";
import { desk as words } from "../words/moderator";
import { ModCard } from "./cards";
import type { Desk } from "./desk";
import { Find, matches } from "./find";

/** From so many cards on one looks for a card rather than reads them all. */
const MANY = 12;

interface BoardProps {
  readonly desk: Desk;
  readonly cards: readonly Card[];
}

export function Board({ desk, cards }: BoardProps) {
  const [sought, setSought] = useState("");
  const [voice, setVoice] = useState<Voice | null>(null);
  const found = cards.filter(
    (card) => matches(sought, textOf(card), card.name) && (!voice || voiceOf(card.role) === voice),
  );
  if (cards.length === 0) return null;
  return (
    <section class="board" aria-label={t(words.cards)}>
      {cards.length > MANY && (
        <div class="board__tools">
          <Find label={t(words.findCard)} value={sought} onText={setSought} />
          <VoiceFilter cards={cards} voice={voice} onVoice={setVoice} />
          <span class="num soft" role="status">
            {found.length === cards.length
              ? count(common.cards, cards.length)
              : t(words.of, found.length, cards.length)}
          </span>
        </div>
      )}
      <Lanes desk={desk} cards={found} />
      {found.length === 0 && <p class="soft">{t(words.noneFound)}</p>}
    </section>
  );
}

function VoiceFilter(props: {
  cards: readonly Card[];
  voice: Voice | null;
  onVoice: (voice: Voice | null) => void;
}) {
  const roles = new Map(props.cards.map((card) => [voiceOf(card.role), card.role]));
  if (roles.size < 2) return null;
  return (
    <fieldset class="chips" aria-label={t(words.byVoice)}>
      {[...roles].map(([voice, role]) => (
        <button
          key={voice}
          type="button"
          class="chip"
          aria-pressed={props.voice === voice}
          onClick={() => props.onVoice(props.voice === voice ? null : voice)}
        >
          <VoiceMark role={role} />
          {t(voicesMany[voice])}
        </button>
      ))}
    </fieldset>
  );
}

function Lanes({ desk, cards }: BoardProps) {
  const lanes = laneSections(cards);
  return (
    <div class="columns" style={{ "--n": Math.min(3, lanes.length) }}>
      {lanes.map(([key, inLane]) => (
        <Pile key={key} desk={desk} title={titleOf(desk.room, inLane[0])} cards={inLane} />
      ))}
    </div>
  );
}

function titleOf(room: Room, card: Card | undefined): string {
  if (!card) return "";
  return laneName(room, card.step, card.lane) || both(room.stepOf(card.step)?.name);
}

export interface PileProps extends BoardProps {
  readonly title: string;
  /** Say where each card comes from. */
  readonly lane?: boolean;
}

export function Pile({ desk, title, cards, lane = false }: PileProps) {
  return (
    <section class="pile" {...testId("pile")}>
      <h2>
        {title}
        <span class="num">{cards.length}</span>
      </h2>
      <ul>
        {cards.map((card) => (
          <ModCard key={card.id} desk={desk} card={card} lane={lane} />
        ))}
      </ul>
    </section>
  );
}
