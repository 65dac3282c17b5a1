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
}

export const CardRow = memo(({ card, mine, lane }: Props) => {
  const customer = isCustomers(card);
  const notes = [
    lane && t(steps.inLane, lane),
    card.name,
    mine && t(steps.yourCard),
    card.edited && t(common.edited),
  ];
  const told = notes.filter(Boolean).join(", ");
  return (
    <li class={`say ${customer ? "say--customer" : ""}`} {...testId("card")}>
      <VoiceMark role={card.role} />
      <div>
        <p class={customer ? "word" : ""}>{textOf(card)}</p>
        {told && <small>{told}</small>}
      </div>
    </li>
  );
});
