/** Dots: minus and plus beside each theme, what is left always in sight. */
import { Icon, VoiceMark } from "../icons";
import { Ask, Button } from "../parts";
import type { Room } from "../room";
import { type Item, itemsOf } from "../select";
import { testId } from "../testids";
import { commands, type Poll, type Step } from "../wire";
import { both, count, t } from "../words";
import { common } from "../words/common";
import { phone } from "../words/phone";
import { lastCast } from "./vote";

interface Props {
  readonly room: Room;
  readonly step: Step;
  readonly poll: Poll;
}

function dotsOn(room: Room, choice: number): number {
  return (
    lastCast<number>(room, "cast_dots", choice) ?? room.replica.own.one("ballot", choice)?.dots ?? 0
  );
}

export function Dots({ room, step, poll }: Props) {
  const items = itemsOf(room, step.id);
  const spent = items.reduce((sum, item) => sum + dotsOn(room, item.choice.id), 0);
  const votes = (step.votes & room.role.value) !== 0 && step.input;
  const cast = (choice: number, dots: number) => {
    const left = poll.budget - (spent - dotsOn(room, choice) + dots);
    void room.do(commands.castDots(choice, dots), [], { step: step.id });
    if (room.done.value !== (left === 0)) room.setDone(left === 0);
  };
  const order = items.some((item) => item.tally) ? byDots(items) : items;
  return (
    <>
      <main class="page">
        <Ask big text={both(step.prompt)} />
        <p class="lead-in">
          {count(phone.atMost, poll.max_per_item)}. {poll.secret && `${t(phone.secretVote)}.`}
        </p>
        <ol class="themes">
          {order.map((item) => (
            <Theme
              key={item.choice.id}
              {...{ room, poll, item, votes, cast }}
              left={poll.budget - spent}
            />
          ))}
        </ol>
      </main>
      {votes ? (
        <Foot room={room} left={poll.budget - spent} budget={poll.budget} />
      ) : (
        <footer class="foot">
          <p class="quiet">{t(step.input ? phone.cannotVote : phone.resultsTitle)}</p>
        </footer>
      )}
    </>
  );
}

function byDots(items: readonly Item[]): readonly Item[] {
  return [...items].sort((a, b) => (b.tally?.dots ?? 0) - (a.tally?.dots ?? 0));
}

interface ThemeProps {
  readonly room: Room;
  readonly poll: Poll;
  readonly item: Item;
  readonly left: number;
  readonly votes: boolean;
  readonly cast: (choice: number, dots: number) => void;
}

function Theme({ room, poll, item, left, votes, cast }: ThemeProps) {
  const { choice, tally } = item;
  const dots = dotsOn(room, choice.id);
  return (
    <li class="theme" {...testId("choice")}>
      <div class="theme__dots" aria-hidden="true">
        {Array.from({ length: dots }, (_, n) => (
          <i key={n} />
        ))}
      </div>
      <h2 class="theme__name">{item.text}</h2>
      <p class="theme__meta">
        {item.cards > 0 && count(common.cards, item.cards)}
        {item.card && item.card.role > 0 && <VoiceMark role={item.card.role} />}
        {tally && <b {...testId("tally")}>{count(common.votes, tally.dots)}</b>}
      </p>
      {votes && (
        <fieldset class="step" aria-label={item.text}>
          <Change
            label={t(phone.takeDot)}
            more={false}
            off={dots === 0}
            onPress={() => cast(choice.id, dots - 1)}
          />
          <b class={dots ? "num" : "num z"}>{dots}</b>
          <Change
            label={t(phone.giveDot)}
            more
            off={left <= 0 || dots >= poll.max_per_item}
            onPress={() => cast(choice.id, dots + 1)}
          />
        </fieldset>
      )}
    </li>
  );
}

function Change(props: { label: string; more: boolean; off: boolean; onPress: () => void }) {
  return (
    <button
      type="button"
      aria-label={props.label}
      disabled={props.off}
      onClick={props.onPress}
      {...testId(props.more ? "dot-more" : "dot-less")}
    >
      <span>
        <Icon name={props.more ? "plus" : "minus"} />
      </span>
    </button>
  );
}

function Foot({ room, left, budget }: { room: Room; left: number; budget: number }) {
  return (
    <footer class="foot">
      <div class="left">
        <div class="left__txt" role="status" {...testId("dots-left")}>
          <b>{count(phone.dotsLeft, left, budget)}</b>
          <div class="pips" aria-hidden="true">
            {Array.from({ length: budget }, (_, n) => (
              <i key={n} class={n < left ? "free" : "used"} />
            ))}
          </div>
        </div>
        <Button
          id="done"
          look={room.done.value ? undefined : "act"}
          pressed={room.done.value}
          onPress={() => room.setDone(!room.done.value)}
        >
          {room.done.value && <Icon name="check" />}
          {t(phone.ready)}
        </Button>
      </div>
    </footer>
  );
}
