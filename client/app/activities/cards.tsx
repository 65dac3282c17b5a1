/** A card as everybody sees it. */
import { VoiceMark, voiceOf } from "../icons";
import type { Room } from "../room";
import { textOf } from "../select";
import { testId } from "../testids";
import type { Card } from "../wire";
import { t } from "../words";
import { common } from "../words/common";
import { phone } from "../words/phone";

export function CardRow({ room, card }: { room: Room; card: Card }) {
  const customer = voiceOf(card.role) === "customer";
  const mine = card.author !== 0 && card.author === room.seat.value;
  const notes = [card.name, mine && t(phone.yourCard), card.edited && t(common.edited)];
  return (
    <li class={`say ${customer ? "say--customer" : ""}`} {...testId("card")}>
      <VoiceMark role={card.role} />
      <div>
        <p class={customer ? "word" : ""}>{textOf(card)}</p>
        <small>{notes.filter(Boolean).join(", ")}</small>
      </div>
    </li>
  );
}
