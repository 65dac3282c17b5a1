/** What waits for a word of the moderator: late cards, the parking lot, what was hidden. */
import { cardsIn } from "../select";
import { t } from "../words";
import { desk as words } from "../words/moderator";
import { Pile } from "./board";
import type { Desk } from "./desk";

const TRAYS = [
  { states: ["late", "left"], title: words.lateTray, lead: words.lateLead },
  { states: ["parked"], title: words.parking, lead: words.parkingLead },
  { states: ["hidden"], title: words.hidden, lead: words.hiddenLead },
] as const;

export function Trays({ desk }: { desk: Desk }) {
  return (
    <>
      {TRAYS.map(({ states, title, lead }) => {
        const cards = states.flatMap((state) => cardsIn(desk.room, state));
        return (
          <div key={states[0]} class="tray">
            <Pile desk={desk} title={t(title)} cards={cards} lane />
            {cards.length === 0 && <p class="soft">{t(lead)}</p>}
          </div>
        );
      })}
    </>
  );
}
