/** What came of the dots, the most chosen first. */
import type { Room } from "../room";
import type { Item } from "../select";
import { testId } from "../testids";
import type { Step } from "../wire";
import { count, t } from "../words";
import { common } from "../words/common";
import { votes } from "../words/votes";
import { GivenDots } from "./dots";
import { OutcomeName, ResultHead } from "./outcome";
import { closedWhy, Quiet } from "./rest";

interface Props {
  readonly room: Room;
  readonly step: Step;
  readonly items: readonly Item[];
  readonly given: ReadonlyMap<number, number>;
}

const dotsOf = (item: Item): number => item.tally?.dots ?? 0;

export function DotResults({ room, step, items, given }: Props) {
  const order = [...items].sort((a, b) => dotsOf(b) - dotsOf(a));
  const most = Math.max(1, ...items.map(dotsOf));
  return (
    <>
      <main class="page">
        <ResultHead step={step} />
        {items.every((item) => !dotsOf(item)) && <p class="lead-in">{t(votes.nobody)}</p>}
        <ol class="themes">
          {order.map((item) => (
            <Outcome
              key={item.choice.id}
              item={item}
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

function Outcome({ item, share, mine }: { item: Item; share: number; mine: number }) {
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
      </div>
    </li>
  );
}
