/** What the result tells beside decisions: themes, shares, the parking lot, time, what comes next. */
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { Button } from "../parts";
import { count, t } from "../words";
import { common } from "../words/common";
import { result as words } from "../words/result";
import { DotsBar, OpinionBar, TimeBar, Voices } from "./charts";
import type { Result, Theme, Vote } from "./data";
import { inMinutes, nameOfStep, onIso, said, whoIs } from "./text";

interface Props {
  readonly result: Result;
}

export function Section(props: { title: string; note?: string; children: ComponentChildren }) {
  return (
    <section class="doc__sec">
      <h2>
        {props.title}
        {props.note && <span>{props.note}</span>}
      </h2>
      <div>{props.children}</div>
    </section>
  );
}

// Votes

const FIRST = 8;

export function Votes({ result }: Props) {
  return result.votes.map((vote, place) => <OneVote key={String(place)} vote={vote} />);
}

function OneVote({ vote }: { vote: Vote }) {
  const [whole, setWhole] = useState(false);
  const more = vote.themes.length - FIRST;
  const most = Math.max(...vote.themes.map((theme) => theme.count.dots));
  const merged = vote.themes.some(({ voices }) => voices.some(({ roles }) => roles.length > 1));
  const note = vote.people === null ? "" : count(words.voters, vote.people);
  return (
    <Section title={`${t(words.themes)}. ${nameOfStep(vote.step)}`} note={note}>
      <ol class="doc__themes">
        {vote.themes.map((theme, place) => (
          <ThemeRow
            key={String(place)}
            theme={theme}
            style={vote.style}
            most={most}
            later={place >= FIRST && !whole}
          />
        ))}
      </ol>
      {merged && <p class="faint">{t(words.merged)}</p>}
      {more > 0 && !whole && <p class="doc__more">{count(words.moreOnPage, more)}</p>}
      {more > 0 && (
        <Button id="result-more" look="text" onPress={() => setWhole(!whole)}>
          {whole ? t(words.fewerThemes) : count(words.moreThemes, more)}
        </Button>
      )}
    </Section>
  );
}

interface ThemeProps {
  readonly theme: Theme;
  readonly style: Vote["style"];
  readonly most: number;
  /** Not among the first: shown on paper only, until asked for. */
  readonly later: boolean;
}

function ThemeRow({ theme, style, most, later }: ThemeProps) {
  return (
    <li class={later ? "is-later" : ""}>
      <span class="doc__t" dir="auto">
        {said(theme.text)}
      </span>
      {style === "dots" ? (
        <>
          <DotsBar count={theme.count} most={most} />
          <b class="doc__n num">{theme.count.dots}</b>
        </>
      ) : (
        <>
          <OpinionBar count={theme.count} />
          <span class="doc__o num">
            {t(words.opinions, theme.count.agree, theme.count.disagree, theme.count.passed)}
          </span>
        </>
      )}
      {theme.voices.length > 0 && <Voices voices={theme.voices} style={style} />}
      {theme.cards.length > 1 && <Cards texts={theme.cards} />}
    </li>
  );
}

function Cards({ texts }: { texts: readonly (string | null)[] }) {
  return (
    <details class="doc__cards">
      <summary>{count(common.cards, texts.length)}</summary>
      <ul>
        {texts.map((text, place) => (
          <li key={String(place)}>{said(text)}</li>
        ))}
      </ul>
    </details>
  );
}

// Departments and the parking lot

export function Shares({ result }: Props) {
  if (!result.shares.length) return null;
  return (
    <Section title={t(words.shares)}>
      <ul class="doc__rows">
        {result.shares.map(({ department, owns, helps }) => (
          <li key={department}>
            <b>{department}</b>
            <span class="num">
              {owns.length > 0 && <span>{t(words.owns, owns.join(", "))}</span>}
              {helps.length > 0 && <span>{t(words.helps, helps.join(", "))}</span>}
            </span>
          </li>
        ))}
      </ul>
    </Section>
  );
}

export function Ideas({ result }: Props) {
  if (!result.ideas.length) return null;
  return (
    <Section title={t(words.ideas)}>
      <ul class="doc__rows">
        {result.ideas.map(({ idea, offer }, place) => (
          <li key={String(place)}>
            <span>{said(idea)}</span>
            <span>
              <b>{whoIs(offer.name, offer.department)}.</b> {said(offer.text)}
            </span>
          </li>
        ))}
      </ul>
    </Section>
  );
}

export function Parking({ result }: Props) {
  if (!result.parking_lot.length) return null;
  return (
    <Section title={t(words.parking)} note={t(words.parkingLead)}>
      <ul class="doc__rows">
        {result.parking_lot.map((text, place) => (
          <li key={String(place)}>{said(text)}</li>
        ))}
      </ul>
    </Section>
  );
}

// Time

export function Times({ result }: Props) {
  const { steps, time } = result;
  if (!time.real_ms) return null;
  const kept = steps.filter((step) => step.state !== "skipped" || step.real_ms);
  const longest = Math.max(1, ...kept.map((step) => Math.max(step.planned_ms, step.real_ms)));
  return (
    <Section title={t(words.time)} note={t(words.planFact)}>
      <ol class="doc__times">
        {kept.map((step, place) => (
          <li key={String(place)}>
            <span>{nameOfStep(step.name)}</span>
            <TimeBar step={step} longest={longest} />
            <Minutes planned={step.planned_ms} real={step.real_ms} />
          </li>
        ))}
        {time.between_ms > 0 && <Extra name={t(words.between)} ms={time.between_ms} />}
        <li class="is-all">
          <b>{t(words.total)}</b>
          <i />
          <Minutes planned={time.planned_ms} real={time.real_ms} />
        </li>
        {time.after_ms > 0 && <Extra name={t(words.after)} ms={time.after_ms} />}
      </ol>
    </Section>
  );
}

function Minutes({ planned, real }: { planned: number; real: number }) {
  return (
    <span class="doc__min num">
      {inMinutes(planned)} / <b>{real ? t(words.minutes, inMinutes(real)) : "–"}</b>
    </span>
  );
}

function Extra({ name, ms }: { name: string; ms: number }) {
  return (
    <li class="is-extra">
      <span>{name}</span>
      <i />
      <span class="doc__min num">{t(words.minutes, inMinutes(ms))}</span>
    </li>
  );
}

// What comes next

export function Next({ result }: Props) {
  const signed = result.decisions.filter((one) => one.state === "signed");
  const byDay = [...signed].sort((a, b) => a.due.localeCompare(b.due) || a.number - b.number);
  return (
    <Section title={t(words.next)}>
      <ul class="doc__rows">
        {byDay.map((one) => (
          <li key={one.id}>
            <b>{onIso(one.due)}</b>
            <span>{t(words.nextOwner, said(one.owner?.name ?? null), one.number)}</span>
          </li>
        ))}
        <li>{t(words.nextLink)}</li>
        <li>{t(words.nextChange)}</li>
      </ul>
    </Section>
  );
}
