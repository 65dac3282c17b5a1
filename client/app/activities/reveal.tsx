/** Reading together: customers' words first, then the other cards lane by lane. */
import { useComputed } from "@preact/signals";
import { useState } from "preact/hooks";
import { VoiceMark } from "../icons";
import { Ask } from "../parts";
import type { Room } from "../room";
import { laneName, mayAct, shownCards } from "../select";
import { type Card, ROLE } from "../wire";
import { both, count, t } from "../words";
import { common } from "../words/common";
import { steps } from "../words/steps";
import type { ActivityProps } from "./activity";
import { CardSheet, helpByCard } from "./card-sheet";
import { CardRow, isCustomers } from "./cards";
import { laneSections, MANY } from "./lists";
import { DoneFoot } from "./rest";
import { Spotlight } from "./spotlight";

export function Reveal({ room, step }: ActivityProps) {
  const cards = useComputed(() => {
    const source = room.replica.room.one("showing", step.id)?.source ?? [];
    return shownCards(room, source);
  }).value;
  const [opened, open] = useState(0);
  const card = room.replica.room.one("card", opened);
  const onOpen = mayAct(room, step) && step.input ? open : null;
  const customers = cards.filter(isCustomers);
  const others = cards.filter((card) => !isCustomers(card));
  return (
    <>
      <main class="page">
        <Ask text={both(step.prompt)} />
        {cards.length === 0 && <Nothing room={room} step={step} />}
        {customers.length > 0 && <Customers {...{ room, onOpen }} cards={customers} />}
        {laneSections(others).map(([key, inLane]) => (
          <LaneSection key={key} {...{ room, onOpen }} cards={inLane} />
        ))}
      </main>
      <DoneFoot room={room} step={step} say={steps.haveRead}>
        <Spotlight room={room} />
      </DoneFoot>
      {card && <CardSheet room={room} card={card} onClose={() => open(0)} />}
    </>
  );
}

function Nothing({ room, step }: ActivityProps) {
  const byLane = room.replica.room.one("showing", step.id)?.by_lane;
  return <p class="lead-in">{t(byLane ? steps.laneByLane : steps.noCards)}</p>;
}

function titleOf(room: Room, card: Card): string {
  return laneName(room, card.step, card.lane) || both(room.stepOf(card.step)?.name);
}

interface RowsProps {
  readonly room: Room;
  readonly cards: readonly Card[];
  readonly onOpen: ((card: number) => void) | null;
}

function Customers(props: RowsProps) {
  return (
    <section>
      <div class="sec">
        <h2>
          <VoiceMark role={ROLE.customer} /> {t(steps.customersWords)}
        </h2>
        <span>{count(common.cards, props.cards.length)}</span>
      </div>
      <Rows {...props} lanes />
    </section>
  );
}

function LaneSection(props: RowsProps) {
  const [first] = props.cards;
  if (!first) return null;
  return (
    <section>
      <div class="sec">
        <h2>{titleOf(props.room, first)}</h2>
        <span>{count(common.cards, props.cards.length)}</span>
      </div>
      <Rows {...props} />
    </section>
  );
}

function Rows({ room, cards, onOpen, lanes = false }: RowsProps & { lanes?: boolean }) {
  const me = room.seat.value;
  const help = useComputed(() => helpByCard(room)).value;
  return (
    <ul class={cards.length > MANY ? "many" : ""}>
      {cards.map((card) => (
        <CardRow
          key={card.id}
          card={card}
          mine={card.author !== 0 && card.author === me}
          lane={lanes ? titleOf(room, card) : ""}
          help={help.get(card.id) ?? ""}
          onOpen={onOpen}
        />
      ))}
    </ul>
  );
}
