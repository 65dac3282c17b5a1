/** What came of the opinions: for each statement how many agree and how many do not. */
import { useComputed } from "@preact/signals";
import type { Room } from "../room";
import type { Item } from "../select";
import { type GapTable, gapsOf } from "../stage/split";
import { testId } from "../testids";
import type { Step, Tally } from "../wire";
import { t } from "../words";
import { votes } from "../words/votes";
import { OutcomeName, ResultHead } from "./outcome";
import { closedWhy, Quiet } from "./rest";
import { GapHead, Legend, VoiceBars } from "./voices";

interface Props {
  readonly room: Room;
  readonly step: Step;
  readonly items: readonly Item[];
}

const said = (item: Item): number => (item.tally?.agree ?? 0) + (item.tally?.disagree ?? 0);

export function OpinionResults({ room, step, items }: Props) {
  const gaps = useComputed(() => gapsOf(room, step)).value;
  return (
    <>
      <main class="page">
        <ResultHead step={step} />
        {gaps && <GapHead gaps={gaps} />}
        {gaps && <Legend gaps={gaps} />}
        {items.every((item) => !said(item)) && <p class="lead-in">{t(votes.nobody)}</p>}
        <ul class="themes">
          {items.map((item) => (
            <Outcome key={item.choice.id} {...{ item, gaps }} />
          ))}
        </ul>
      </main>
      <Quiet say={closedWhy(room, step) ?? votes.closed} />
    </>
  );
}

function Outcome({ item, gaps }: { item: Item; gaps: GapTable | null }) {
  const row = gaps?.rows.find((one) => one.id === item.choice.id);
  return (
    <li class="outcome outcome--plain" {...testId("choice")}>
      <OutcomeName text={item.text} />
      {item.tally && <Split tally={item.tally} />}
      {gaps && row && <VoiceBars gaps={gaps} row={row} />}
    </li>
  );
}

/** Agreement and disagreement as two bars with their figures. */
export function Split({ tally }: { tally: Tally }) {
  const most = Math.max(1, tally.people);
  const line = (name: string, n: number, minus: boolean) => (
    <p class="split">
      <span>{name}</span>
      <i class={minus ? "minus" : ""} style={{ "--k": n / most }} />
      <b class="num">{n}</b>
    </p>
  );
  return (
    <div {...testId("tally")}>
      {line(t(votes.agree), tally.agree, false)}
      {line(t(votes.disagree), tally.disagree, true)}
      {tally.passed > 0 && line(t(votes.passedMany), tally.passed, false)}
    </div>
  );
}
