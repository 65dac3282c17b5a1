/** Dots: minus and plus beside each theme, what is left always in sight. */
import { useComputed } from "@preact/signals";
import { useCallback } from "preact/hooks";
import { Icon, VoiceMark } from "../icons";
import { Ask, Button } from "../parts";
import type { Room } from "../room";
import { type Item, itemsOf } from "../select";
import { testId } from "../testids";
import { commands, type Poll, ROLE, type Step } from "../wire";
import { both, count, t } from "../words";
import { common } from "../words/common";
import { votes } from "../words/votes";
import { dotsGiven } from "./ballots";
import { isCustomers } from "./cards";
import { DotResults } from "./dot-results";
import { MANY } from "./lists";
import { memo } from "./memo";
import { closedWhy, Quiet } from "./rest";

interface Props {
  readonly room: Room;
  readonly step: Step;
  readonly poll: Poll;
}

export function Dots({ room, step, poll }: Props) {
  const items = useComputed(() => itemsOf(room, step.id)).value;
  const given = useComputed(() => dotsGiven(room)).value;
  const left = poll.budget - items.reduce((sum, one) => sum + (given.get(one.choice.id) ?? 0), 0);
  const may = (step.votes & step.who & room.role.value) !== 0 && step.input;
  if (!step.input && items.some((item) => item.tally)) {
    return <DotResults {...{ room, step, items, given }} />;
  }
  return (
    <>
      <Ballot {...{ room, step, poll, items, given, left, may }} />
      {may ? <Foot room={room} left={left} budget={poll.budget} /> : <Others {...{ room, step }} />}
    </>
  );
}

interface BallotProps extends Props {
  readonly items: readonly Item[];
  readonly given: ReadonlyMap<number, number>;
  readonly left: number;
  readonly may: boolean;
}

function Ballot({ room, step, poll, items, given, left, may }: BallotProps) {
  const customers = useComputed(() => customersIn(room)).value;
  const cast = useCallback(
    (choice: number, dots: number) => castDots(room, step.id, poll, choice, dots),
    [room, step.id, poll],
  );
  const row = ({ choice, card, cards, text }: Item) => (
    <Theme
      key={choice.id}
      id={choice.id}
      {...{ text, cards, may, cast }}
      role={card?.role ?? 0}
      customers={customers.get(choice.target) ?? 0}
      dots={given.get(choice.id) ?? 0}
      more={left > 0 && (given.get(choice.id) ?? 0) < poll.max_per_item}
    />
  );
  return (
    <main class="page">
      <Ask big text={both(step.prompt)} />
      <Hint room={room} poll={poll} marks={customers.size > 0} />
      {items.length === 0 && <p class="lead-in">{t(votes.nothing)}</p>}
      <ol class={items.length > MANY ? "themes many" : "themes"}>{items.map(row)}</ol>
    </main>
  );
}

/** Reads the ballots anew, so that fast taps count on what was just given. */
function castDots(room: Room, step: number, poll: Poll, choice: number, dots: number): void {
  let left = poll.budget - dots;
  for (const [id, spent] of dotsGiven(room)) {
    const ofThis = room.replica.room.one("choice", id)?.step === step;
    if (id !== choice && ofThis) left -= spent;
  }
  if (left < 0 || dots < 0 || dots > poll.max_per_item) return;
  void room.do(commands.castDots(choice, dots), [], { step });
  if (room.done.value !== (left === 0)) room.setDone(left === 0);
}

/** How many cards of each theme customers wrote. */
function customersIn(room: Room): ReadonlyMap<number, number> {
  const found = new Map<number, number>();
  for (const card of room.replica.room.all("card")) {
    if (!card.group || !isCustomers(card)) continue;
    found.set(card.group, (found.get(card.group) ?? 0) + 1);
  }
  return found;
}

function Hint({ room, poll, marks }: { room: Room; poll: Poll; marks: boolean }) {
  if (room.agenda.value?.state === "paused") return <p class="lead-in">{t(votes.paused)}.</p>;
  return (
    <p class="lead-in">
      {count(votes.atMost, poll.max_per_item)}. {poll.secret && `${t(votes.secret)}.`}
      {marks && (
        <span class="marked">
          <VoiceMark role={ROLE.customer} /> {t(votes.customersMark)}.
        </span>
      )}
    </p>
  );
}

interface ThemeProps {
  readonly id: number;
  readonly text: string;
  readonly cards: number;
  readonly customers: number;
  readonly role: number;
  readonly dots: number;
  readonly more: boolean;
  readonly may: boolean;
  readonly cast: (choice: number, dots: number) => void;
}

const Theme = memo((props: ThemeProps) => {
  const { id, text, dots, more, may, cast } = props;
  return (
    <li class="theme" {...testId("choice")}>
      <GivenDots dots={dots} />
      <h2 class={`theme__name ${text.length > 90 ? "theme__name--long" : ""}`}>{text}</h2>
      <Meta {...props} />
      {may && (
        <fieldset class="step" aria-label={text}>
          <Change plus={false} off={dots === 0} onPress={() => cast(id, dots - 1)} />
          <b class={dots ? "num" : "num z"}>{dots}</b>
          <Change plus off={!more} onPress={() => cast(id, dots + 1)} />
        </fieldset>
      )}
    </li>
  );
});

export function GivenDots({ dots }: { dots: number }) {
  return (
    <div class="theme__dots" aria-hidden="true">
      {Array.from({ length: dots }, (_, n) => (
        <i key={n} />
      ))}
    </div>
  );
}

/** How many cards a theme holds, and whether customers spoke in it. */
function Meta({ cards, customers, role }: ThemeProps) {
  if (cards === 0) return <p class="theme__meta">{role > 0 && <VoiceMark role={role} />}</p>;
  return (
    <p class="theme__meta">
      {count(common.cards, cards)}
      {customers > 0 && (
        <span class="nb">
          <VoiceMark role={ROLE.customer} /> <span aria-hidden="true">{customers}</span>
          <span class="sr">{count(votes.fromCustomers, customers)}</span>
        </span>
      )}
    </p>
  );
}

function Change({ plus, off, onPress }: { plus: boolean; off: boolean; onPress: () => void }) {
  return (
    <button
      type="button"
      aria-label={t(plus ? votes.give : votes.take)}
      disabled={off}
      onClick={onPress}
      {...testId(plus ? "dot-more" : "dot-less")}
    >
      <span>
        <Icon name={plus ? "plus" : "minus"} />
      </span>
    </button>
  );
}

function Others({ room, step }: { room: Room; step: Step }) {
  return <Quiet say={step.input ? votes.others : (closedWhy(room, step) ?? votes.closed)} />;
}

function Foot({ room, left, budget }: { room: Room; left: number; budget: number }) {
  const done = room.done.value;
  return (
    <footer class="foot">
      <div class="left">
        <div class="left__txt" role="status" {...testId("dots-left")}>
          <b>{left > 0 ? count(votes.left, left, budget) : t(votes.allGiven)}</b>
          <div class={budget > 8 ? "pips pips--many" : "pips"} aria-hidden="true">
            {Array.from({ length: budget }, (_, n) => (
              <i key={n} class={n < left ? "free" : "used"} />
            ))}
          </div>
        </div>
        <Button id="done" look="act" pressed={done} onPress={() => room.setDone(!done)}>
          {done && <Icon name="check" />}
          {t(votes.ready)}
        </Button>
      </div>
    </footer>
  );
}
