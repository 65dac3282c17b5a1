/** Wording decisions: everybody may propose, from a theme or freely, and refine what is their own. */
import { useState } from "preact/hooks";
import { Icon } from "../icons";
import { Ask, Button } from "../parts";
import type { Room } from "../room";
import { mayAct, openDecisions } from "../select";
import { testId } from "../testids";
import type { Decision, Step } from "../wire";
import { both, count, t } from "../words";
import { common } from "../words/common";
import { deeds } from "../words/decisions";
import type { ActivityProps } from "./activity";
import { Deed } from "./decisions";
import { type Leading, leading } from "./leading";
import { closedWhy, DoneTick, Quiet } from "./rest";
import { UnsentDecision } from "./unsent-decision";
import { DecisionForm, type Theme } from "./wording";

type Form = { readonly edit: number } | { readonly from: Theme | null } | null;

export function Draft({ room, step }: ActivityProps) {
  const [form, setForm] = useState<Form>(null);
  const list = openDecisions(room);
  const acts = mayAct(room, step) && step.input;
  const most = room.replica.room.one("drafting", step.id)?.max_decisions ?? 0;
  const full = most > 0 && list.length >= most;
  return (
    <>
      <main class="page">
        <Ask text={both(step.prompt)} />
        {acts && !form && !full && (
          <UnsentDecision room={room} onOpen={() => setForm({ from: null })} />
        )}
        {acts && !full && <Begin room={room} list={list} onBegin={(from) => setForm({ from })} />}
        <Worded {...{ room, list, acts }} onEdit={(id) => setForm({ edit: id })} />
      </main>
      <Foot
        {...{ room, step, acts }}
        enough={full ? most : 0}
        onNew={() => setForm({ from: null })}
      />
      <OpenForm room={room} form={form} onClose={() => setForm(null)} />
    </>
  );
}

function OpenForm({ room, form, onClose }: { room: Room; form: Form; onClose: () => void }) {
  if (!form) return null;
  if ("from" in form) {
    return <DecisionForm room={room} {...(form.from && { from: form.from })} onClose={onClose} />;
  }
  const decision = room.replica.room.one("decision", form.edit);
  return decision ? <DecisionForm {...{ room, decision, onClose }} /> : null;
}

interface BeginProps {
  readonly room: Room;
  readonly list: readonly Decision[];
  readonly onBegin: (from: Theme) => void;
}

const MOST_THEMES = 5;

/** What was chosen before, most votes first: a decision should answer it. */
function Begin({ room, list, onBegin }: BeginProps) {
  const themes = leading(room).slice(0, MOST_THEMES);
  const answered = new Set(list.flatMap((decision) => decision.sources));
  if (themes.length === 0) return null;
  return (
    <section>
      <div class="sec">
        <h2>{t(deeds.fromThemes)}</h2>
        <span>{t(deeds.fromThemesLead)}</span>
      </div>
      <ul>
        {themes.map((theme) => (
          <Start key={theme.id} {...{ theme, onBegin }} answered={answered.has(theme.id)} />
        ))}
      </ul>
    </section>
  );
}

interface StartProps {
  readonly theme: Leading;
  readonly answered: boolean;
  readonly onBegin: (from: Theme) => void;
}

function Start({ theme, answered, onBegin }: StartProps) {
  return (
    <li>
      <button type="button" class="heap" onClick={() => onBegin(theme)} {...testId("propose-from")}>
        <Icon name={answered ? "check" : "plus"} />
        <span>
          <b class="heap__name">{theme.text}</b>
          {answered && <small>{t(deeds.answered)}</small>}
        </span>
        {theme.dots > 0 && <span class="num">{count(common.votes, theme.dots)}</span>}
      </button>
    </li>
  );
}

interface WordedProps {
  readonly room: Room;
  readonly list: readonly Decision[];
  readonly acts: boolean;
  readonly onEdit: (id: number) => void;
}

function Worded({ room, list, acts, onEdit }: WordedProps) {
  return (
    <section>
      <div class="sec">
        <h2>
          {t(deeds.decisions)} <span class="num">{list.length}</span>
        </h2>
      </div>
      {list.length === 0 && <p class="lead-in">{t(deeds.noDecisions)}</p>}
      {list.map((decision, n) => (
        <Deed key={decision.id} {...{ room, decision }} number={n + 1} of={list.length}>
          {acts && decision.author === room.seat.value && (
            <Button id="decision-edit" look="text" onPress={() => onEdit(decision.id)}>
              {t(deeds.edit)}
            </Button>
          )}
        </Deed>
      ))}
    </section>
  );
}

interface FootProps {
  readonly room: Room;
  readonly step: Step;
  readonly acts: boolean;
  readonly enough: number;
  readonly onNew: () => void;
}

function Foot({ room, step, acts, enough, onNew }: FootProps) {
  if (!acts) return <Quiet say={closedWhy(room, step) ?? deeds.noDecisions} />;
  return (
    <footer class="foot">
      <div class="gather">
        <DoneTick room={room} />
        {enough > 0 ? (
          <p class="soft">{t(deeds.enough, enough)}</p>
        ) : (
          <Button id="propose-open" look="act" onPress={onNew}>
            {t(deeds.propose)}
          </Button>
        )}
      </div>
    </footer>
  );
}
