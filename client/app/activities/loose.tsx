/** Cards that lie in no theme yet, to be chosen by tapping. */
import { Icon, VoiceMark } from "../icons";
import type { Room } from "../room";
import { groupName, textOf } from "../select";
import { testId } from "../testids";
import type { Card } from "../wire";
import { t } from "../words";
import { grouping } from "../words/group";
import { CardRow, isCustomers } from "./cards";
import { MANY } from "./lists";
import { memo } from "./memo";
import type { Picking } from "./picking";

interface Props {
  readonly room: Room;
  readonly picking: Picking;
  readonly acts: boolean;
}

export function Loose({ room, picking, acts }: Props) {
  const cards = acts ? picking.listed.value : picking.loose.value;
  const left = picking.loose.value.length;
  const themes = room.replica.room.all("group").length;
  return (
    <section>
      <div class="sec">
        <h2>
          {t(grouping.cards)} <span class="num">{left}</span>
        </h2>
        {themes > 0 ? <ToThemes /> : acts && left > 0 && <span>{t(grouping.tapToPick)}</span>}
      </div>
      {cards.length === 0 && (
        <p class="lead-in">{t(themes ? grouping.allGrouped : grouping.none)}</p>
      )}
      <ul class={cards.length > MANY ? "many" : ""}>
        {cards.map((card) =>
          acts ? (
            <Pick
              key={card.id}
              card={card}
              on={picking.has(card)}
              gone={card.group ? groupName(room, card.group) : ""}
              onTap={picking.toggle}
            />
          ) : (
            <CardRow key={card.id} card={card} mine={false} />
          ),
        )}
      </ul>
    </section>
  );
}

/** With hundreds of cards the themes below are far away. */
function ToThemes() {
  const go = () => document.getElementById("themes")?.scrollIntoView({ block: "center" });
  return (
    <button type="button" class="btn btn--text sec__go" onClick={go}>
      {t(grouping.toThemes)}
    </button>
  );
}

interface PickProps {
  readonly card: Card;
  readonly on: boolean;
  /** The theme that somebody has put it into meanwhile. */
  readonly gone: string;
  readonly onTap: (card: number) => void;
}

const Pick = memo(({ card, on, gone, onTap }: PickProps) => (
  <li>
    <button
      type="button"
      class="pick"
      aria-pressed={on}
      disabled={gone !== ""}
      onClick={() => onTap(card.id)}
      {...testId("pick")}
    >
      <i>
        <Icon name="check" />
      </i>
      <p class={isCustomers(card) ? "word" : ""}>
        {textOf(card)}
        {gone && <small>{t(grouping.gone, gone)}</small>}
      </p>
      <VoiceMark role={card.role} />
    </button>
  </li>
));
