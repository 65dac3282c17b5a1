/** Reading together: customers' words first, then the other cards lane by lane. */
import { useComputed } from "@preact/signals";
import { VoiceMark } from "../icons";
import { Ask } from "../parts";
import type { Room } from "../room";
import { laneName, shownCards } from "../select";
import { type Card, ROLE } from "../wire";
import { both, count, t } from "../words";
import { common } from "../words/common";
import { steps } from "../words/steps";
import type { ActivityProps } from "./activity";
import { CardRow, isCustomers } from "./cards";
import { DoneFoot } from "./rest";

/** From so many cards on, those out of sight are not laid out. */
export const MANY = 40;

export function Reveal({ room, step }: ActivityProps) {
  const cards = useComputed(() => {
    const source = room.replica.room.one("showing", step.id)?.source ?? [];
    return shownCards(room, source);
  }).value;
  const customers = cards.filter(isCustomers);
  const others = cards.filter((card) => !isCustomers(card));
  return (
    <>
      <main class="page">
        <Ask text={both(step.prompt)} />
        {cards.length === 0 && <Nothing room={room} step={step} />}
        {customers.length > 0 && <Customers room={room} cards={customers} />}
        {laneSections(others).map(([key, inLane]) => (
          <LaneSection key={key} room={room} cards={inLane} />
        ))}
      </main>
      <DoneFoot room={room} step={step} say={steps.haveRead} />
    </>
  );
}

function Nothing({ room, step }: ActivityProps) {
  const byLane = room.replica.room.one("showing", step.id)?.by_lane;
  return <p class="lead-in">{t(byLane ? steps.laneByLane : steps.noCards)}</p>;
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

function titleOf(room: Room, card: Card): string {
  return laneName(room, card.step, card.lane) || both(room.stepOf(card.step)?.name);
}

function Customers({ room, cards }: { room: Room; cards: readonly Card[] }) {
  return (
    <section>
      <div class="sec">
        <h2>
          <VoiceMark role={ROLE.customer} /> {t(steps.customersWords)}
        </h2>
        <span>{count(common.cards, cards.length)}</span>
      </div>
      <Rows room={room} cards={cards} lanes />
    </section>
  );
}

function LaneSection({ room, cards }: { room: Room; cards: readonly Card[] }) {
  const [first] = cards;
  if (!first) return null;
  return (
    <section>
      <div class="sec">
        <h2>{titleOf(room, first)}</h2>
        <span>{count(common.cards, cards.length)}</span>
      </div>
      <Rows room={room} cards={cards} />
    </section>
  );
}

interface RowsProps {
  readonly room: Room;
  readonly cards: readonly Card[];
  readonly lanes?: boolean;
}

export function Rows({ room, cards, lanes = false }: RowsProps) {
  const me = room.seat.value;
  return (
    <ul class={cards.length > MANY ? "many" : ""}>
      {cards.map((card) => (
        <CardRow
          key={card.id}
          card={card}
          mine={card.author !== 0 && card.author === me}
          lane={lanes ? titleOf(room, card) : ""}
        />
      ))}
    </ul>
  );
}
