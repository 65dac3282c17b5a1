/** Votes by voice: each voice's share of one line, and the widest gap named. */
import { testId } from "../testids";
import { both, count, t } from "../words";
import { stage } from "../words/stage";
import type { Headline, Saying } from "./scene";
import { lifted } from "./seats";
import { type GapTable, gapsOf, type Row, rowsShown, scaleOf, type Voice } from "./split";
import { inSentence, Mark, ofVoices, voiceName } from "./voices";

/** Smaller gaps are chance. */
const WORTH_NAMING = 10;
const MARK_SHARE = 0.026;
/** How far marks that would cover each other are lifted: two of them, or more. */
const LIFT = { two: 26, more: 20 };

export function Gaps({ gaps, most }: { gaps: GapTable; most: number }) {
  const rows = rowsShown(gaps, most);
  const end = scaleOf(gaps.rows);
  return (
    <ol class="st-gaps">
      <GapsHead gaps={gaps} end={end} />
      {rows.map((row) => (
        <Gap key={row.id} row={row} end={end} wide={isNamed(gaps) && row === gaps.widest} />
      ))}
    </ol>
  );
}

const isNamed = ({ widest }: GapTable): boolean => widest.gap >= WORTH_NAMING;

function GapsHead({ gaps, end }: { gaps: GapTable; end: number }) {
  const step = end > 60 ? 50 : 20;
  const ticks = [0, step, 2 * step].filter((tick) => tick <= end);
  const [before = 0, last = 0] = ticks.slice(-2);
  return (
    <li class="st-gaps__head">
      <span>{t(gaps.dots ? stage.theme : stage.statement)}</span>
      <span>{t(gaps.dots ? stage.dots : stage.opinions)}</span>
      <div class="st-scale">
        {ticks.map((tick) => (
          <span key={tick} class={edgeOf(tick, end)} style={{ left: `${(tick / end) * 100}%` }}>
            {tick === last ? t(stage.percent, tick) : tick}
          </span>
        ))}
        <em style={{ left: `${((before + last) / 2 / end) * 100}%` }}>
          {t(gaps.dots ? stage.shareOfDots : stage.shareOfAgree)}
        </em>
      </div>
    </li>
  );
}

/** Figures at the ends of the scale stay within it. */
function edgeOf(tick: number, end: number): string {
  if (tick === 0) return "is-first";
  return tick === end ? "is-last" : "";
}

function Gap({ row, end, wide }: { row: Row; end: number; wide: boolean }) {
  const at = row.voices.map((voice) => voice.share / end);
  const lifts = lifted(at, MARK_SHARE);
  const lift = Math.max(...lifts) > 0.5 ? LIFT.more : LIFT.two;
  const from = Math.min(...at);
  const to = Math.max(...at);
  return (
    <li class={wide ? "is-wide" : ""} {...testId("stage-tally")}>
      <p>{row.text}</p>
      <b>{row.sum}</b>
      <div class="st-track">
        {row.voices.length > 0 && (
          <u style={{ left: `${from * 100}%`, width: `${(to - from) * 100}%` }} />
        )}
        {row.voices.map((voice, i) => (
          <Spot key={voice.mask} voice={voice} at={at[i] ?? 0} lift={(lifts[i] ?? 0) * lift} />
        ))}
        {wide && (
          <em style={{ left: `${quietPlace(at) * 100}%` }}>{count(stage.points, row.gap)}</em>
        )}
      </div>
    </li>
  );
}

/** The middle of the widest stretch between two marks, where words cover none. */
function quietPlace(at: readonly number[]): number {
  const sorted = [...at].sort((a, b) => a - b);
  let best = { from: 0, to: 0 };
  for (let i = 1; i < sorted.length; i++) {
    const [from = 0, to = 0] = [sorted[i - 1], sorted[i]];
    if (to - from > best.to - best.from) best = { from, to };
  }
  return (best.from + best.to) / 2;
}

function Spot({ voice, at, lift }: { voice: Voice; at: number; lift: number }) {
  const style = { left: `${at * 100}%`, transform: `translateY(${lift}px)` };
  return (
    <span style={style} title={`${voiceName(voice.mask)}: ${voice.share} %`}>
      <Mark mask={voice.mask} />
    </span>
  );
}

/** The headline of a vote: how far voices are apart, and who, where that may be told. */
export const voteSaying: Headline = (room, step) => {
  const gaps = gapsOf(room, step);
  if (!gaps || gaps.widest.voices.length < 2) return turnoutSaying(room, step);
  if (isNamed(gaps)) {
    return { title: count(stage.gap, gaps.widest.gap), ask: sentenceOf(gaps) };
  }
  return { title: both(step.name), ask: count(stage.close, gaps.widest.gap) };
};

/** Once a vote has ended, its instruction is done with. */
const turnoutSaying: Headline = (room, step) => {
  const people = room.replica.room.one("turnout", step.id)?.people ?? 0;
  if (step.input || people === 0) return null;
  return { title: both(step.name), ask: count(stage.turnout, people) };
};

function sentenceOf({ widest, dots }: GapTable): Saying["ask"] {
  const sorted = [...widest.voices].sort((a, b) => b.share - a.share);
  const [high, low] = [sorted[0], sorted[sorted.length - 1]];
  if (!high || !low) return "";
  const text = shortened(widest.text);
  if (!dots) {
    return t(
      stage.gapOfAgree,
      text,
      high.share,
      ofVoices(high.mask),
      low.share,
      ofVoices(low.mask),
    );
  }
  const least = low.share ? t(stage.percent, low.share) : t(stage.none);
  return t(stage.gapOfDots, text, inSentence(high.mask), high.share, inSentence(low.mask), least);
}

const LONGEST = 56;

/** The beginning of a long text, whole words. */
function shortened(text: string): string {
  if (text.length <= LONGEST) return text;
  return `${text.slice(0, text.lastIndexOf(" ", LONGEST) || LONGEST)}\u2026`;
}
