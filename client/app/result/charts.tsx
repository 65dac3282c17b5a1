/** Charts of the result: drawings that say the same in words, and need no colour. */
import type { ComponentChildren } from "preact";
import { VoiceMark, voiceOf } from "../icons";
import { ROLE } from "../wire";
import { t } from "../words";
import { voicesMany } from "../words/common";
import { result as words } from "../words/result";
import type { Count, StepTime, Voice } from "./data";
import { inMinutes, nameOfStep } from "./text";

const WIDTH = 100;

/** One bar of a chart; `parts` are lengths from 0 to 1, drawn one after another. */
function Bar(props: { label: string; class?: string; children: ComponentChildren }) {
  return (
    <svg
      class={`bar-c ${props.class ?? ""}`}
      viewBox={`0 0 ${WIDTH} 12`}
      preserveAspectRatio="none"
      role="img"
      aria-label={props.label}
    >
      {props.children}
    </svg>
  );
}

function Part(props: { look: string; from: number; to: number }) {
  const width = Math.max(0, (props.to - props.from) * WIDTH);
  return <rect class={props.look} x={props.from * WIDTH} y="1" width={width} height="10" />;
}

/** Dots of a theme against those of the strongest. */
export function DotsBar({ count, most }: { count: Count; most: number }) {
  return (
    <Bar label={String(count.dots)}>
      <Part look="is-full" from={0} to={count.dots / Math.max(1, most)} />
    </Bar>
  );
}

/** Agree, disagree and passed, one after another; told apart by filling. */
export function OpinionBar({ count }: { count: Count }) {
  const all = Math.max(1, count.agree + count.disagree + count.passed);
  const agree = count.agree / all;
  const disagree = agree + count.disagree / all;
  return (
    <Bar label={t(words.opinions, count.agree, count.disagree, count.passed)}>
      <Part look="is-full" from={0} to={agree} />
      <Part look="is-half" from={agree} to={disagree} />
      <Part look="is-none" from={disagree} to={1} />
    </Bar>
  );
}

/** Planned time as an outline, real time as a solid bar in it or beyond it. */
export function TimeBar({ step, longest }: { step: StepTime; longest: number }) {
  const planned = t(words.minutes, inMinutes(step.planned_ms));
  const real = t(words.minutes, inMinutes(step.real_ms));
  return (
    <Bar class="bar-c--time" label={t(words.timeOf, nameOfStep(step.name), planned, real)}>
      <Part look="is-none" from={0} to={step.planned_ms / longest} />
      <rect class="is-full" x="0" y="4" width={(step.real_ms / longest) * WIDTH} height="4" />
    </Bar>
  );
}

const maskOf = (name: string): number => ROLE[name as keyof typeof ROLE] ?? 0;
const spoken = (name: string): string => t(voicesMany[voiceOf(maskOf(name))]);

/** How the roles voted, each with its shape. */
export function Voices({ voices, style }: { voices: readonly Voice[]; style: string }) {
  return (
    <ul class="doc__voices">
      {voices.map(({ roles, count }) => (
        <li key={roles.join()}>
          {roles.map((role) => (
            <VoiceMark key={role} role={maskOf(role)} />
          ))}
          {t(words.voiceVotes, roles.map(spoken).join(", "), votesOf(count, style))}
        </li>
      ))}
    </ul>
  );
}

function votesOf(count: Count, style: string): string {
  if (style === "dots") return String(count.dots);
  return t(words.voiceOpinions, count.agree, count.disagree);
}
