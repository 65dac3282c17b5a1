/** The middle of the desk: what is happening in the current step, without what the step hides. */
import { cardsIn, shownCards, steps } from "../select";
import type { Step } from "../wire";
import { t } from "../words";
import { desk as words } from "../words/moderator";
import { Board } from "./board";
import { Ending } from "./close";
import { Decisions } from "./decisions";
import type { Desk } from "./desk";
import { Grouping } from "./groups";
import { Hands, queueOf } from "./hands";
import { hasHidden, RevealButtons, Turnout } from "./turnout";
import { Voting } from "./votes";

interface Props {
  readonly desk: Desk;
  readonly step: Step;
}

export function Live({ desk, step }: Props) {
  switch (step.kind) {
    case "ideate":
      return <Writing desk={desk} step={step} />;
    case "reveal":
      return <Revealing desk={desk} step={step} />;
    case "group":
      return <Grouping desk={desk} />;
    case "vote":
      return <Voting desk={desk} step={step} />;
    case "discuss":
      return <Talking desk={desk} />;
    case "draft":
    case "claim":
      return <Decisions desk={desk} />;
    case "close":
      return <Ending desk={desk} />;
    default:
      return null;
  }
}

function Writing({ desk, step }: Props) {
  const { room } = desk;
  const hidden = room.replica.room.one("ideation", step.id)?.hidden;
  const cards = shownCards(room, [step.id]);
  const note = hidden && cards.length === 0 ? t(words.hiddenNote) : "";
  const all = !step.input && cards.length > 0 && !hasHidden(room, step);
  return (
    <>
      {!all && <Turnout room={room} step={step} note={note} />}
      {hidden && <RevealButtons desk={desk} target={step} />}
      <Board desk={desk} cards={cards} />
    </>
  );
}

function Revealing({ desk, step }: Props) {
  const { room } = desk;
  const source = room.replica.room.one("showing", step.id)?.source ?? [];
  const sources = steps(room).filter((one) => source.includes(one.id));
  const cards = shownCards(room, source);
  return (
    <>
      {sources.map((one) => (
        <RevealButtons key={one.id} desk={desk} target={one} />
      ))}
      {cards.length === 0 && <p class="soft">{t(words.noCards)}</p>}
      <Board desk={desk} cards={cards} />
    </>
  );
}

/** A talk: the queue is at the side; here is what else came up meanwhile. */
function Talking({ desk }: { desk: Desk }) {
  const parked = cardsIn(desk.room, "parked").length;
  return (
    <section class="talking">
      {queueOf(desk.room).length === 0 && <p class="soft">{t(words.noHands)}</p>}
      <Hands desk={desk} />
      {parked > 0 && (
        <button
          type="button"
          class="plain"
          onClick={() => {
            desk.tab.value = "trays";
          }}
        >
          {t(words.parkedSoFar, parked)}
        </button>
      )}
    </section>
  );
}
