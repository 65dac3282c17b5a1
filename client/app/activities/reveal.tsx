/** Reading together: the cards that are shown, lane by lane. */
import { Ask, Tick } from "../parts";
import type { Room } from "../room";
import { laneName, shownCards } from "../select";
import type { Card } from "../wire";
import { both, count, t } from "../words";
import { common } from "../words/common";
import { phone } from "../words/phone";
import type { ActivityProps } from "./activity";
import { CardRow } from "./cards";

export function Reveal({ room, step }: ActivityProps) {
  const source = room.replica.room.one("showing", step.id)?.source ?? [];
  const cards = shownCards(room, source);
  return (
    <>
      <main class="page">
        <Ask text={both(step.prompt)} />
        {cards.length === 0 && <p class="lead-in">{t(phone.noCards)}</p>}
        {laneSections(cards).map(([key, inLane]) => (
          <LaneSection key={key} room={room} cards={inLane} />
        ))}
      </main>
      <footer class="foot">
        <Tick id="done" on={room.done.value} onPress={() => room.setDone(!room.done.value)}>
          {t(phone.done)}
        </Tick>
      </footer>
    </>
  );
}

/** Cards by step and lane, in the order of both. */
export function laneSections(cards: readonly Card[]): readonly (readonly [string, Card[]])[] {
  const sections = new Map<string, Card[]>();
  for (const card of cards) {
    const key = `${card.step}:${card.lane}`;
    const section = sections.get(key);
    if (section) section.push(card);
    else sections.set(key, [card]);
  }
  return [...sections].sort(([a], [b]) => a.localeCompare(b, "en", { numeric: true }));
}

function LaneSection({ room, cards }: { room: Room; cards: readonly Card[] }) {
  const [first] = cards;
  if (!first) return null;
  const name = laneName(room, first.step, first.lane) || both(room.stepOf(first.step)?.name);
  return (
    <section>
      <div class="sec">
        <h2>{name}</h2>
        <span>{count(common.cards, cards.length)}</span>
      </div>
      <ul>
        {cards.map((card) => (
          <CardRow key={card.id} room={room} card={card} />
        ))}
      </ul>
    </section>
  );
}
