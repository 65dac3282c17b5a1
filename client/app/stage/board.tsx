/** The signature board: an outline fills when its owner signs, and the mark is drawn. */
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { Room } from "../room";
import { decisions, openDecisions } from "../select";
import { Signature } from "../signature";
import { testId } from "../testids";
import type { Decision } from "../wire";
import { atTime, both, glue, onDay, t } from "../words";
import { common } from "../words/common";
import { stage } from "../words/stage";
import { helpers, signedOf } from "../words/tally";
import { type BoardPlan, boardFor } from "./board-plan";
import { Plain } from "./rest";
import type { Headline, PanelProps, SceneProps } from "./scene";

const PAGE_MS = 12_000;

export function Board({ room, tall }: SceneProps) {
  return <Roll room={room} tall={tall} Line={Act} focus={lastSigned} />;
}

/** Decisions as they are being worded. */
export function Drafts({ room, tall }: PanelProps) {
  return <Roll room={room} tall={tall} Line={Draft} focus={newest} />;
}

/** What is decided, in the words that are signed. */
export const wordingOf = ({ what }: Decision): string =>
  what === null ? t(common.erased) : glue(what);

interface LineProps {
  readonly room: Room;
  readonly decision: Decision;
  readonly number: number;
  readonly plan: BoardPlan;
}

type RollProps = Pick<SceneProps, "room" | "tall"> & {
  Line: (props: LineProps) => JSX.Element;
  /** The place that the board turns to. */
  focus: (list: readonly Decision[]) => number;
};

function Roll({ room, tall, Line, focus }: RollProps) {
  const list = openDecisions(room);
  const plan = boardFor(list.length, tall);
  const page = usePage(plan, focus(list));
  if (list.length === 0) return <Plain title={t(stage.noDecisions)} text={t(stage.wording)} />;
  const from = page * plan.at;
  const look = plan.at === 1 ? "is-alone" : plan.columns === 2 || tall ? "is-dense" : "";
  return (
    <div class="st-board">
      {plan.pages > 1 && <Strip list={list} from={from} to={from + plan.at} />}
      <ol class={look} style={{ "--n": plan.columns, "--rows": plan.rows }}>
        {list.slice(from, from + plan.at).map((decision, i) => (
          <Line
            key={decision.id}
            room={room}
            decision={decision}
            number={from + i + 1}
            plan={plan}
          />
        ))}
      </ol>
      <Fates room={room} />
    </div>
  );
}

const newest = (list: readonly Decision[]): number => list.length - 1;

function lastSigned(list: readonly Decision[]): number {
  const last = Math.max(0, ...list.map((decision) => decision.signed_ms));
  return last ? list.findIndex((decision) => decision.signed_ms === last) : 0;
}

function usePage({ pages, at }: BoardPlan, focus: number): number {
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    setTurn(focus < 0 ? 0 : Math.floor(focus / at));
    const timer = setInterval(() => setTurn((before) => before + 1), PAGE_MS);
    return () => clearInterval(timer);
  }, [focus, at]);
  return turn % pages;
}

/** All decisions at a glance where not all of them fit. */
function Strip({ list, from, to }: { list: readonly Decision[]; from: number; to: number }) {
  const look = (decision: Decision, place: number) =>
    `${decision.signed ? "is-signed" : ""} ${place >= from && place < to ? "is-shown" : ""}`;
  return (
    <ol class="st-strip" aria-hidden="true">
      {list.map((decision, place) => (
        <li key={decision.id} class={look(decision, place)}>
          {place + 1}
        </li>
      ))}
    </ol>
  );
}

function Wording({ decision, plan }: Pick<LineProps, "decision" | "plan">) {
  const style = { fontSize: `${plan.size}px`, "--lines": plan.lines };
  return (
    <p class="st-act__w" style={style}>
      {wordingOf(decision)}
    </p>
  );
}

function Act({ room, decision, number, plan }: LineProps) {
  return (
    <li
      class={`st-act ${decision.signed ? "is-signed" : ""}`}
      data-state={decision.signed ? "signed" : "open"}
      {...testId("stage-decision")}
    >
      <b class="st-act__n">{number}</b>
      <Wording decision={decision} plan={plan} />
      <div class="st-act__s">
        {decision.owner_name && (
          <Signature name={decision.owner_name} drawn={decision.signed ? 1 : 0} />
        )}
      </div>
      <p class="st-act__o">
        <b>{decision.owner ? decision.owner_name : t(stage.who)}</b>
        <UnderOwner room={room} decision={decision} />
      </p>
    </li>
  );
}

type UnderProps = Pick<LineProps, "room" | "decision">;

function UnderOwner({ room, decision }: UnderProps) {
  if (!decision.signed) return <span>{standing(room, decision)}</span>;
  return (
    <span class="st-act__d">
      {decision.department && <i>{decision.department}</i>}
      {atTime(decision.signed_ms)}
    </span>
  );
}

function standing(room: Room, decision: Decision): string {
  if (decision.owner) return t(decision.signed_version ? stage.again : stage.unsigned);
  const help = room.replica.room.all("help").filter((one) => one.decision === decision.id).length;
  return help ? helpers(help) : "";
}

function Draft({ decision, number, plan }: LineProps) {
  return (
    <li class="st-act is-draft" {...testId("stage-decision")}>
      <b class="st-act__n">{number}</b>
      <Wording decision={decision} plan={plan} />
      <p class="st-act__o">
        <span>{decision.due > 0 && t(stage.dueOn, onDay(decision.due))}</span>
      </p>
    </li>
  );
}

/** What was put aside, as figures. */
export function Fates({ room }: { room: Room }) {
  const all = decisions(room);
  const told = (["parked", "nobody"] as const)
    .map((fate) => [fate, all.filter((decision) => decision.fate === fate).length] as const)
    .filter(([, n]) => n > 0);
  if (told.length === 0) return null;
  return <p class="st-loose">{told.map(([fate, n]) => t(stage[fate], n)).join(". ")}</p>;
}

/** The headline as soon as somebody has signed. */
export const signedSaying: Headline = (room, step) => {
  const list = openDecisions(room);
  const signed = list.filter((decision) => decision.signed).length;
  return signed ? { title: signedOf(signed, list.length), ask: both(step.prompt) } : null;
};
