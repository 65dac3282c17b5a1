/** The end: what was decided, who answers for it, and what happens with it now. */
import { Icon } from "../icons";
import type { Room } from "../room";
import { decisions } from "../select";
import type { Decision } from "../wire";
import { both, count, onDay, t } from "../words";
import { deeds } from "../words/decisions";
import { steps } from "../words/steps";
import type { ActivityProps } from "./activity";
import { Quiet } from "./rest";
import { Vows } from "./vows";

export { Vows } from "./vows";

export function Close({ room, step }: ActivityProps) {
  return (
    <>
      <main class="page res">
        <h1>{t(steps.closeTitle)}</h1>
        <p class="lead-in">{both(step.prompt)}</p>
        <Vows room={room} />
        <WhatNext room={room} />
      </main>
      <Quiet say={deeds.thanks} />
    </>
  );
}

/** Who gets what and when, and how a decision may still change. */
export function WhatNext({ room }: { room: Room }) {
  const says = [...ownPart(room), ...nextDate(room), t(deeds.sameLink), t(deeds.ownPart)];
  return (
    <section>
      <div class="sec">
        <h2>{t(deeds.whatNext)}</h2>
      </div>
      <ul class="kept kept--list">
        {[...says, t(deeds.changeRule)].map((text) => (
          <li key={text}>
            <Icon name="right" />
            <p>{text}</p>
          </li>
        ))}
      </ul>
    </section>
  );
}

const signedOnes = (room: Room) => decisions(room).filter((decision) => decision.signed);

const soonest = (list: readonly Decision[]): Decision | undefined =>
  [...list].sort((a, b) => a.due - b.due)[0];

function ownPart(room: Room): readonly string[] {
  const me = room.seat.value;
  if (!me) return [];
  const mine = signedOnes(room).filter((decision) => decision.owner === me);
  const first = soonest(mine);
  const helps = room.replica.room.all("help").filter((help) => help.seat === me).length;
  return [
    ...(first ? [count(deeds.yourDates, mine.length, onDay(first.due))] : []),
    ...(helps ? [count(deeds.yourHelp, helps)] : []),
  ];
}

function nextDate(room: Room): readonly string[] {
  const next = soonest(signedOnes(room));
  return next ? [t(deeds.nextDate, onDay(next.due), next.owner_name ?? "")] : [];
}
