/** Talking: a hand goes up, the queue is in sight, one person has the floor. */
import { Icon, VoiceMark } from "../icons";
import { Ask, Button } from "../parts";
import { Reactions } from "../phone/reactions";
import type { Room } from "../room";
import { mayAct } from "../select";
import { testId } from "../testids";
import { commands, type Hand } from "../wire";
import { both, count, t } from "../words";
import { common } from "../words/common";
import { steps } from "../words/steps";
import type { ActivityProps } from "./activity";
import { leading } from "./leading";
import { closedWhy, Quiet } from "./rest";
import { Spotlight } from "./spotlight";

export function Discuss({ room, step }: ActivityProps) {
  const hands = [...room.replica.room.all("hand")].sort((a, b) => a.turn - b.turn);
  const speaker = hands.find((hand) => hand.floor);
  const queue = hands.filter((hand) => !hand.floor);
  const acts = mayAct(room, step) && step.input;
  return (
    <>
      <main class="page">
        <Ask big text={both(step.prompt)} />
        <div role="status">{speaker && <Speaker room={room} hand={speaker} />}</div>
        <Spotlight room={room} />
        <Topics room={room} />
        <Queue room={room} queue={queue} />
      </main>
      {acts ? (
        <Foot room={room} step={step} hands={hands} queue={queue} />
      ) : (
        <Quiet say={closedWhy(room, step) ?? steps.watchOnly} />
      )}
    </>
  );
}

function Speaker({ room, hand }: { room: Room; hand: Hand }) {
  const mine = hand.id === room.seat.value;
  return (
    <p class="air" {...testId("floor")}>
      <VoiceMark role={hand.role} />
      {mine ? t(steps.yourTurn) : t(steps.speaks, hand.name ?? "")}
    </p>
  );
}

const MOST_TOPICS = 3;

/** What was chosen before: the talk is about that. */
function Topics({ room }: { room: Room }) {
  const topics = leading(room).slice(0, MOST_TOPICS);
  if (topics.length === 0) return null;
  return (
    <section>
      <div class="sec">
        <h2>{t(steps.about)}</h2>
      </div>
      <ol class="topics">
        {topics.map((topic, n) => (
          <li key={topic.id}>
            <i class="num">{n + 1}</i>
            <b class="clamp">{topic.text}</b>
            {topic.dots > 0 && <span class="num">{count(common.votes, topic.dots)}</span>}
          </li>
        ))}
      </ol>
    </section>
  );
}

function Queue({ room, queue }: { room: Room; queue: readonly Hand[] }) {
  return (
    <section>
      <div class="sec">
        <h2>{t(steps.queue)}</h2>
        <span class="num">{queue.length}</span>
      </div>
      {queue.length === 0 && <p class="lead-in">{t(steps.queueEmpty)}</p>}
      <ol>
        {queue.map((hand) => (
          <li class="heap" key={hand.id} {...testId("hand")}>
            <VoiceMark role={hand.role} />
            <b>{hand.id === room.seat.value ? `${hand.name}, ${t(steps.you)}` : hand.name}</b>
            {hand.place === "remote" && (
              <span>
                <Icon name="screen" />
                <span class="sr">{t(steps.remote)}</span>
              </span>
            )}
          </li>
        ))}
      </ol>
    </section>
  );
}

interface FootProps extends ActivityProps {
  readonly hands: readonly Hand[];
  readonly queue: readonly Hand[];
}

function Foot({ room, step, hands, queue }: FootProps) {
  const me = room.seat.value;
  const mine = hands.find((hand) => hand.id === me);
  const place = queue.findIndex((hand) => hand.id === me) + 1;
  return (
    <footer class="foot">
      <div class="foot__row">
        <p class="place" role="status">
          {place > 0 && t(steps.yourPlace, place)}
        </p>
        <Reactions room={room} step={step} />
      </div>
      {mine ? (
        <Button id="hand-down" wide onPress={() => void room.do(commands.lowerHand())}>
          {t(mine.floor ? steps.passOn : steps.lower)}
        </Button>
      ) : (
        <Button id="hand-up" look="act" wide onPress={() => void room.do(commands.raiseHand())}>
          <Icon name="hand" />
          {t(steps.raise)}
        </Button>
      )}
    </footer>
  );
}
