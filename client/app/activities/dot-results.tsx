/** What came of the dots, the most chosen first. */
import { useComputed } from "@preact/signals";
import type { Room } from "../room";
import type { Item } from "../select";
import { type GapTable, gapsOf } from "../stage/split";
import { testId } from "../testids";
import type { Step } from "../wire";
import { count, t } from "../words";
import { common } from "../words/common";
import { votes } from "../words/votes";
import { GivenDots } from "./dots";
import { OutcomeName, ResultHead } from "./outcome";
import { closedWhy, Quiet } from "./rest";
import { GapHead, Legend, VoiceBars } from "./voices";

interface Props {
  readonly room: Room;
  readonly step: Step;
  readonly items: readonly Item[];
  readonly given: ReadonlyMap<number, number>;
}

const dotsOf = (item: Item): number => item.tally?.dots ?? 0;

export function DotResults({ room, step, items, given }: Props) {
  const order = [...items].sort((a, b) => dotsOf(b) - dotsOf(a));
  const gaps = useComputed(() => gapsOf(room, step)).value;
  const most = Math.max(1, ...items.map(dotsOf));
  return (
    <>
      <main class="page">
        <ResultHead step={step} />
        {gaps && <GapHead gaps={gaps} />}
        {gaps && <Legend gaps={gaps} />}
        {items.every((item) => !dotsOf(item)) && <p class="lead-in">{t(votes.nobody)}</p>}
        <ol class="themes">
          {order.map((item) => (
            <Outcome
              key={item.choice.id}
              {...{ item, gaps }}
              share={dotsOf(item) / most}
              mine={given.get(item.choice.id) ?? 0}
            />
          ))}
        </ol>
      </main>
      <Quiet say={closedWhy(room, step) ?? votes.closed} />
    </>
  );
}

interface OutcomeProps {
  readonly item: Item;
  readonly gaps: GapTable | null;
  readonly share: number;
  readonly mine: number;
}

function Outcome({ item, gaps, share, mine }: OutcomeProps) {
  const row = gaps?.rows.find((one) => one.id === item.choice.id);
  return (
    <li class="outcome" {...testId("choice")}>
      <GivenDots dots={mine} />
      <div>
        <OutcomeName text={item.text} />
        {mine > 0 && <p class="sr">{count(votes.given, mine)}</p>}
        <p class="outcome__bar" {...testId("tally")}>
          <i style={{ "--k": share }} />
          <b class="num">{count(common.votes, dotsOf(item))}</b>
        </p>
        {gaps && row && <VoiceBars gaps={gaps} row={row} />}
      </div>
    </li>
  );
}
