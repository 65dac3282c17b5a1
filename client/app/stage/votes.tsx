/** What a vote came to: bars, and where voices may be told apart, the gaps between them. */
import { type Item, itemsOf } from "../select";
import { testId } from "../testids";
import { t } from "../words";
import { stage } from "../words/stage";
import { Gaps } from "./gaps";
import type { PanelProps } from "./scene";
import { Ballots } from "./silent";
import { gapsOf, isDots } from "./split";

const ROW = 68;
const HEAD = 56;
const MOST_ROWS = 8;

export function Votes(props: PanelProps) {
  const { room, step, box } = props;
  const items = itemsOf(room, step.id);
  if (!items.some((item) => item.tally)) return <Ballots {...props} />;
  const most = Math.max(1, Math.min(MOST_ROWS, Math.floor((box.height - HEAD) / ROW)));
  const gaps = gapsOf(room, step);
  if (gaps) return <Gaps gaps={gaps} most={most} />;
  return isDots(room, step) ? (
    <Dots items={items} most={most} />
  ) : (
    <Opinions items={items} most={most} />
  );
}

interface ListProps {
  readonly items: readonly Item[];
  readonly most: number;
}

function Dots({ items, most }: ListProps) {
  const dots = (item: Item) => item.tally?.dots ?? 0;
  const sorted = [...items].sort((a, b) => dots(b) - dots(a));
  const highest = Math.max(1, ...items.map(dots));
  return (
    <ol class="st-bars">
      <BarsHead words={t(stage.theme)} shown={most} of={items.length} />
      {sorted.slice(0, most).map((item) => (
        <li key={item.choice.id} {...testId("stage-tally")}>
          <p>{item.text}</p>
          <b>{dots(item)}</b>
          <div class="st-bar">
            <i style={{ transform: `scaleX(${dots(item) / highest})` }} />
          </div>
        </li>
      ))}
    </ol>
  );
}

function BarsHead({ words, shown, of }: { words: string; shown: number; of: number }) {
  return (
    <li class="st-bars__head">
      <span>{words}</span>
      <span>{t(stage.dots)}</span>
      <span>{of > shown && t(stage.span, 1, shown, of)}</span>
    </li>
  );
}

/** Agreement goes to the right and disagreement to the left, from one line in the middle. */
function Opinions({ items, most }: ListProps) {
  const lead = ({ tally }: Item) => (tally ? tally.agree - tally.disagree : 0);
  const sorted = [...items].sort((a, b) => lead(b) - lead(a));
  const highest = Math.max(
    1,
    ...items.map(({ tally }) => Math.max(tally?.agree ?? 0, tally?.disagree ?? 0)),
  );
  return (
    <ol class="st-bars st-bars--two">
      <li class="st-bars__head">
        <span>{t(stage.statement)}</span>
        <span>{t(stage.disagree)}</span>
        <span>{t(stage.agree)}</span>
      </li>
      {sorted.slice(0, most).map((item) => (
        <Opinion key={item.choice.id} item={item} highest={highest} />
      ))}
    </ol>
  );
}

function Opinion({ item, highest }: { item: Item; highest: number }) {
  const { agree = 0, disagree = 0 } = item.tally ?? {};
  return (
    <li {...testId("stage-tally")}>
      <p>{item.text}</p>
      <div class="st-bar is-minus">
        <b>{disagree}</b>
        <i style={{ width: `${(disagree / highest) * 100}%` }} />
      </div>
      <div class="st-bar is-plus">
        <i style={{ width: `${(agree / highest) * 100}%` }} />
        <b>{agree}</b>
      </div>
    </li>
  );
}
