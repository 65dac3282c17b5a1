/** Opinions: one statement at a time, one ink block cut in two equal halves. */
import { useComputed } from "@preact/signals";
import { useState } from "preact/hooks";
import { Icon, VoiceMark, voiceOf } from "../icons";
import { Button } from "../parts";
import type { Room } from "../room";
import { type Item, itemsOf } from "../select";
import { testId } from "../testids";
import { commands, type Step } from "../wire";
import { both, t } from "../words";
import { voiceNames } from "../words/common";
import { votes } from "../words/votes";
import type { ActivityProps } from "./activity";
import { Answers } from "./answers";
import { type Opinion, opinionsGiven } from "./ballots";
import { OpinionResults } from "./opinion-results";
import { closedWhy, Quiet } from "./rest";

export function Opinions({ room, step }: ActivityProps) {
  const items = useComputed(() => itemsOf(room, step.id)).value;
  const given = useComputed(() => opinionsGiven(room)).value;
  const may = (step.votes & step.who & room.role.value) !== 0 && step.input;
  if (!step.input && items.some((item) => item.tally)) {
    return <OpinionResults {...{ room, step, items }} />;
  }
  if (!may || items.length === 0) return <Watching {...{ room, step, items }} />;
  const opinions = items.map((item) => given.get(item.choice.id) ?? "none");
  return <Deck {...{ room, step, items, opinions }} />;
}

interface WatchingProps extends ActivityProps {
  readonly items: readonly Item[];
}

/** For whoever has no vote here: what is voted on. */
function Watching({ room, step, items }: WatchingProps) {
  return (
    <>
      <main class="page">
        <h1 class="ask">{both(step.prompt)}</h1>
        {items.length === 0 && <p class="lead-in">{t(votes.nothing)}</p>}
        <ol class="themes">
          {items.map((item) => (
            <li key={item.choice.id} class="outcome outcome--plain" {...testId("choice")}>
              <p>{item.text}</p>
            </li>
          ))}
        </ol>
      </main>
      <Quiet say={step.input ? votes.others : (closedWhy(room, step) ?? votes.closed)} />
    </>
  );
}

interface DeckProps {
  readonly room: Room;
  readonly step: Step;
  readonly items: readonly Item[];
  readonly opinions: readonly Opinion[];
}

/** Where the person stands in the deck, and what an answer does: on to the first without one. */
function useDeck({ room, step, items, opinions }: DeckProps) {
  const [chosen, setChosen] = useState<number | null>(null);
  const open = opinions.indexOf("none");
  const at = chosen ?? (open === -1 ? items.length : open);
  const item = items[at];
  const cast = (opinion: Opinion) => {
    if (!item) return;
    void room.do(commands.castOpinion(item.choice.id, opinion), [], { step: step.id });
    const all = opinion !== "none" && opinions.every((one, n) => n === at || one !== "none");
    if (room.done.value !== all) room.setDone(all);
    setChosen(opinion === "none" ? at : null);
  };
  return { at, item, cast, go: setChosen };
}

function Deck(props: DeckProps) {
  const { room, step, items, opinions } = props;
  const { at, item, cast, go } = useDeck(props);
  return (
    <>
      <main class="page page--deck">
        <Head room={room} step={step} at={at} opinions={opinions} />
        {item ? (
          <div aria-live="polite">
            <Statement key={item.choice.id} item={item} last={at === items.length - 1} />
          </div>
        ) : (
          <Answers items={items} opinions={opinions} onOpen={go} />
        )}
      </main>
      <footer class="foot foot--bare">
        <div class="duo">
          <Button id="opinion-back" look="text" off={at === 0} onPress={() => go(at - 1)}>
            {t(votes.prev)}
          </Button>
          {item && <Pass onPress={() => cast("pass")} />}
        </div>
        {item && <Either now={opinions[at] ?? "none"} cast={cast} />}
      </footer>
    </>
  );
}

function Pass({ onPress }: { onPress: () => void }) {
  return (
    <Button id="pass" look="text" onPress={onPress}>
      {t(votes.pass)}
    </Button>
  );
}

interface HeadProps extends ActivityProps {
  readonly at: number;
  readonly opinions: readonly Opinion[];
}

function Head({ room, step, at, opinions }: HeadProps) {
  const all = opinions.length;
  const paused = room.agenda.value?.state === "paused";
  return (
    <>
      <div class="duo duo--mid">
        <h1 class="ask">{both(step.prompt)}</h1>
        <span class="soft num">{t(votes.place, Math.min(at + 1, all), all)}</span>
      </div>
      <Trail opinions={opinions} at={at} />
      {paused && <p class="lead-in">{t(votes.paused)}.</p>}
    </>
  );
}

/** More steps than this would be too thin to see. */
const MOST_STEPS = 32;

function Trail({ opinions, at }: { opinions: readonly Opinion[]; at: number }) {
  if (opinions.length > MOST_STEPS) {
    const answered = opinions.filter((opinion) => opinion !== "none").length;
    return (
      <div class="trail trail--long" aria-hidden="true">
        <i class="past" style={{ "--k": answered / opinions.length }} />
      </div>
    );
  }
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
  const long = item.text.length > 140;
  return (
    <div class={`stack ${last ? "stack--last" : ""}`}>
      <article class="stmt" {...testId("choice")}>
        <div class="stmt__top">
          <b>{t(votes.statement)}</b>
          <span>{item.card?.name ?? t(votes.noName)}</span>
        </div>
        <p class={`${voiceOf(role) === "customer" ? "word" : ""} ${long ? "stmt--long" : ""}`}>
          {item.text}
        </p>
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

function Either({ now, cast }: { now: Opinion; cast: (opinion: Opinion) => void }) {
  const half = (opinion: "agree" | "disagree") => (
    <button
      type="button"
      aria-pressed={now === opinion}
      onClick={() => cast(now === opinion ? "none" : opinion)}
      {...testId(opinion)}
    >
      <Icon name={opinion === "agree" ? "check" : "cross"} />
      {t(votes[opinion])}
    </button>
  );
  return (
    <fieldset class="either" aria-label={t(votes.statement)}>
      {half("disagree")}
      {half("agree")}
    </fieldset>
  );
}
