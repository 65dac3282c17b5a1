/** A vote at the desk: turnout while it is secret, then the result with its spotlight. */
import { useComputed } from "@preact/signals";
import { Split } from "../activities/opinion-results";
import { GapHead, Legend, VoiceBars } from "../activities/voices";
import type { Room } from "../room";
import { type Item, itemsOf } from "../select";
import { type GapTable, gapsOf } from "../stage/split";
import { testId } from "../testids";
import type { Step } from "../wire";
import { count, t } from "../words";
import { common } from "../words/common";
import { desk as words } from "../words/moderator";
import type { Desk } from "./desk";
import { SpotButton } from "./spot";
import { Turnout } from "./turnout";

export function Voting({ desk, step }: { desk: Desk; step: Step }) {
  const { room } = desk;
  const items = rankedItems(room, step.id);
  const counted = items.some((item) => item.tally);
  const dots = room.replica.room.one("poll", step.id)?.style === "dots";
  const gaps = useComputed(() => gapsOf(room, step)).value;
  const most = Math.max(1, ...items.map((item) => item.tally?.dots ?? 0));
  return (
    <>
      <Turnout room={room} step={step} note={counted ? "" : t(words.secret)} />
      {gaps && <GapHead gaps={gaps} />}
      {gaps && <Legend gaps={gaps} />}
      {items.length === 0 && <p class="soft">{t(words.noChoices)}</p>}
      <ol class="poll">
        {items.map((item) => (
          <Row key={item.choice.id} desk={desk} item={item} dots={dots} most={most} gaps={gaps} />
        ))}
      </ol>
    </>
  );
}

/** The most voted first, once that may be seen. */
function rankedItems(room: Room, step: number): readonly Item[] {
  return [...itemsOf(room, step)].sort((a, b) => (b.tally?.dots ?? 0) - (a.tally?.dots ?? 0));
}

interface RowProps {
  readonly desk: Desk;
  readonly item: Item;
  readonly dots: boolean;
  readonly most: number;
  readonly gaps: GapTable | null;
}

function Row({ desk, item, dots, most, gaps }: RowProps) {
  const row = gaps?.rows.find((one) => one.id === item.choice.id);
  const { opened } = desk;
  const target = item.choice.target;
  const open = opened.value === target;
  return (
    <li {...testId("tally")}>
      <button
        type="button"
        class="poll__row"
        aria-expanded={open}
        onClick={() => {
          opened.value = open ? 0 : target;
        }}
      >
        <span>
          {item.text}
          {item.cards > 0 && <small>{count(common.cards, item.cards)}</small>}
        </span>
        {item.tally && dots && (
          <>
            <i class="poll__bar" style={{ "--k": item.tally.dots / most }} />
            <b class="num">{item.tally.dots}</b>
          </>
        )}
      </button>
      {item.tally && !dots && <Split tally={item.tally} />}
      {gaps && row && <VoiceBars gaps={gaps} row={row} />}
      {open && (
        <div class="card__deeds">
          <SpotButton desk={desk} target={target} />
        </div>
      )}
    </li>
  );
}
