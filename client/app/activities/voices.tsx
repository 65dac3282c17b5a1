/** Votes by voice: a bar for each side, and the widest gap said in words. */
import { VoiceMark, voiceOf } from "../icons";
import { type GapTable, type Row, scaleOf, type Voice } from "../stage/split";
import { testId } from "../testids";
import { ROLE } from "../wire";
import { count, type Pair, t } from "../words";
import { voicesMany } from "../words/common";
import { votes } from "../words/votes";

/** Smaller gaps are chance. */
export const WORTH_NAMING = 10;

const ORDER: readonly number[] = [ROLE.customer, ROLE.member, ROLE.lead, ROLE.partner, ROLE.expert];

const place = (mask: number): number => {
  const at = ORDER.indexOf(mask);
  return at < 0 ? ORDER.length : at;
};

const sorted = (voices: readonly Voice[]): readonly Voice[] =>
  [...voices].sort((a, b) => place(a.mask) - place(b.mask));

/** "customers", or "partners and experts" where they are told as one. */
export function voiceName(mask: number): string {
  const names = ORDER.filter((role) => mask & role).map((role) => t(voicesMany[voiceOf(role)]));
  const last = names[names.length - 1] ?? t(voicesMany.other);
  return names.length < 2 ? last : t(votes.and, names.slice(0, -1).join(", "), last);
}

/** The shape of a voice; an open circle where several are told as one. */
function Mark({ mask }: { mask: number }) {
  const one = (mask & (mask - 1)) === 0;
  return <VoiceMark role={one ? mask : 0} />;
}

/** What the table comes to: where the sides are furthest apart, and by how much. */
export function GapHead({ gaps }: { gaps: GapTable }) {
  const { widest } = gaps;
  const [most, least] = [...widest.voices].sort((a, b) => b.share - a.share).flatMap(ends);
  if (!most || !least || widest.gap < WORTH_NAMING) return null;
  const says: Pair = gaps.dots ? votes.gapDots : votes.gapOpinions;
  return (
    <section class="gap" {...testId("gap")}>
      <h2 class="ask ask--big">{count(votes.gap, widest.gap)}</h2>
      <p class="lead-in">
        {t(
          says,
          widest.text.replace(/[.…]$/, ""),
          voiceName(most.mask),
          most.share,
          voiceName(least.mask),
          least.share,
        )}
      </p>
    </section>
  );
}

const ends = (voice: Voice, at: number, all: readonly Voice[]): readonly Voice[] =>
  at === 0 || at === all.length - 1 ? [voice] : [];

/** Which shape stands for whom. */
export function Legend({ gaps }: { gaps: GapTable }) {
  const masks = new Set(gaps.rows.flatMap((row) => row.voices.map((voice) => voice.mask)));
  return (
    <p class="legend">
      {[...masks]
        .sort((a, b) => place(a) - place(b))
        .map((mask) => (
          <span key={mask}>
            <Mark mask={mask} /> <span aria-hidden="true">{voiceName(mask)}</span>
          </span>
        ))}
      <span class="legend__what">{t(gaps.dots ? votes.share : votes.shareOpinions)}</span>
    </p>
  );
}

/** One bar for each side, in one scale for the whole table. */
export function VoiceBars({ gaps, row }: { gaps: GapTable; row: Row }) {
  const end = scaleOf(gaps.rows);
  if (row.sum === 0) return null;
  const named = row === gaps.widest && row.gap >= WORTH_NAMING;
  return (
    <ul class={named ? "sides is-wide" : "sides"}>
      {sorted(row.voices).map((voice) => (
        <li key={voice.mask}>
          <span class="sr">{voiceName(voice.mask)}</span>
          <span aria-hidden="true">
            <Mark mask={voice.mask} />
          </span>
          <i style={{ "--k": voice.share / end }} />
          <b class="num">{t(votes.percent, voice.share)}</b>
        </li>
      ))}
      {named && <li class="sides__gap">{count(votes.points, row.gap)}</li>}
    </ul>
  );
}
