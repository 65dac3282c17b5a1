/** A card as everybody sees it. */
import { VoiceMark, voiceOf } from "../icons";
import { textOf } from "../select";
import { testId } from "../testids";
import type { Card } from "../wire";
import { t } from "../words";
import { common } from "../words/common";
import { steps } from "../words/steps";
import { memo } from "./memo";

export const isCustomers = (card: Card): boolean => voiceOf(card.role) === "customer";

interface Props {
  readonly card: Card;
  readonly mine: boolean;
  /** Where it was written, if its heading does not tell. */
  readonly lane?: string;
  /** Who would help with it, in one line. */
  readonly help?: string;
  /** It can be opened. */
  readonly onOpen?: ((card: number) => void) | null;
}

export const CardRow = memo((props: Props) => {
  const { card, onOpen } = props;
  return (
    <li class={`say ${isCustomers(card) ? "say--customer" : ""}`} {...testId("card")}>
      <VoiceMark role={card.role} />
      {onOpen ? (
        <button
          type="button"
          class="say__open"
          aria-haspopup="dialog"
          onClick={() => onOpen(card.id)}
          {...testId("card-open")}
        >
          <Said {...props} />
        </button>
      ) : (
        <div>
          <Said {...props} />
        </div>
      )}
    </li>
  );
});

function Said({ card, mine, lane, help }: Props) {
  const notes = [
    lane && t(steps.inLane, lane),
    card.name,
    mine && t(steps.yourCard),
    card.edited && t(common.edited),
  ];
  const told = notes.filter(Boolean).join(", ");
  return (
    <>
      <span class={`say__text ${isCustomers(card) ? "word" : ""}`}>{textOf(card)}</span>
      {told && <small>{told}</small>}
      {help && <small class="say__help">{t(steps.helpers, help)}</small>}
    </>
  );
}
