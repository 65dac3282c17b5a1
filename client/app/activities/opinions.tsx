/** Opinions: one statement at a time, one ink block cut in two equal halves. */
import { useState } from "preact/hooks";
import { Icon, VoiceMark, voiceOf } from "../icons";
import { Button } from "../parts";
import type { Room } from "../room";
import { type Item, itemsOf } from "../select";
import { testId } from "../testids";
import { type Ballot, commands, type Tally } from "../wire";
import { both, t } from "../words";
import { common, voiceNames } from "../words/common";
import { phone } from "../words/phone";
import type { ActivityProps } from "./activity";
import { lastCast } from "./vote";

type Opinion = Ballot["opinion"];

function opinionOf(room: Room, choice: number): Opinion {
  return (
    lastCast<Opinion>(room, "cast_opinion", choice) ??
    room.replica.own.one("ballot", choice)?.opinion ??
    "none"
  );
}

export function Opinions({ room, step }: ActivityProps) {
  const items = itemsOf(room, step.id);
  const opinions = items.map((item) => opinionOf(room, item.choice.id));
  const [chosen, setChosen] = useState<number | null>(null);
  const votes = (step.votes & room.role.value) !== 0 && step.input;
  const open = opinions.indexOf("none");
  const at = chosen ?? (open === -1 ? items.length : open);
  const item = items[at];
  if (!votes || items.some((one) => one.tally && !step.input)) {
    return <Results prompt={both(step.prompt)} items={items} />;
  }
  const cast = (opinion: Opinion) => {
    if (!item) return;
    void room.do(commands.castOpinion(item.choice.id, opinion), [], { step: step.id });
    const rest = opinions.findIndex((one, n) => n !== at && one === "none");
    setChosen(chosen !== null && at + 1 < items.length ? at + 1 : null);
    if (rest === -1 && !room.done.value) room.setDone(true);
  };
  return (
    <>
      <main class="page">
        <div class="duo duo--mid">
          <h1 class="ask">{both(step.prompt)}</h1>
          <span class="soft num">
            {t(phone.answered, Math.min(at + 1, items.length), items.length)}
          </span>
        </div>
        <Trail opinions={opinions} at={at} />
        {item ? <Statement item={item} last={at === items.length - 1} /> : <AllAnswered />}
      </main>
      <footer class="foot foot--bare">
        <div class="duo">
          <Button id="opinion-back" look="text" off={at === 0} onPress={() => setChosen(at - 1)}>
            {t(phone.prev)}
          </Button>
          {item && (
            <Button id="pass" look="text" onPress={() => cast("pass")}>
              {t(phone.pass)}
            </Button>
          )}
        </div>
        {item && <Either now={opinions[at] ?? "none"} cast={cast} />}
      </footer>
    </>
  );
}

function Trail({ opinions, at }: { opinions: readonly Opinion[]; at: number }) {
  const past = (opinion: Opinion) =>
    opinion === "pass" ? "pass" : opinion === "none" ? "" : "past";
  return (
    <div class="trail" aria-hidden="true">
      {opinions.map((opinion, n) => (
        <i key={n} class={n === at ? "now" : past(opinion)} />
      ))}
    </div>
  );
}

function Statement({ item, last }: { item: Item; last: boolean }) {
  const role = item.card?.role ?? 0;
  return (
    <div class={`stack ${last ? "stack--last" : ""}`}>
      <article class="stmt" {...testId("choice")}>
        <div class="stmt__top">
          <b>{t(phone.statement)}</b>
          <span>{item.card?.name ?? t(phone.anonymous)}</span>
        </div>
        <p class={voiceOf(role) === "customer" ? "word" : ""}>{item.text}</p>
        {role > 0 && (
          <footer>
            <VoiceMark role={role} />
            {t(voiceNames[voiceOf(role)])}
          </footer>
        )}
      </article>
    </div>
  );
}

function AllAnswered() {
  return (
    <div class="rest">
      <h2 class="ask ask--big">{t(phone.allAnswered)}</h2>
      <p class="lead-in">{t(phone.allAnsweredLead)}</p>
    </div>
  );
}

function Either({ now, cast }: { now: Opinion; cast: (opinion: Opinion) => void }) {
  const half = (opinion: "agree" | "disagree") => (
    <button
      type="button"
      aria-pressed={now === opinion}
      onClick={() => cast(now === opinion ? "none" : opinion)}
      {...testId(opinion)}
    >
      <Icon name={opinion === "agree" ? "check" : "cross"} />
      {t(common[opinion])}
    </button>
  );
  return (
    <fieldset class="either" aria-label={t(phone.statement)}>
      {half("disagree")}
      {half("agree")}
    </fieldset>
  );
}

function Results({ prompt, items }: { prompt: string; items: readonly Item[] }) {
  return (
    <main class="page">
      <h1 class="ask">{prompt}</h1>
      <ul class="themes">
        {items.map((item) => (
          <li key={item.choice.id} class="outcome" {...testId("choice")}>
            <p>{item.text}</p>
            {item.tally && <Split tally={item.tally} />}
          </li>
        ))}
      </ul>
    </main>
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
      {line(t(common.agree), tally.agree, false)}
      {line(t(common.disagree), tally.disagree, true)}
      {tally.passed > 0 && line(t(common.passed), tally.passed, false)}
    </div>
  );
}
