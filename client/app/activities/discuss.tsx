/** Talking: a hand goes up, the queue is in sight, one person has the floor. */
import { Icon, VoiceMark } from "../icons";
import { Ask, Button } from "../parts";
import { mayAct } from "../select";
import { testId } from "../testids";
import { commands } from "../wire";
import { both, t } from "../words";
import { phone } from "../words/phone";
import type { ActivityProps } from "./activity";

export function Discuss({ room, step }: ActivityProps) {
  const hands = [...room.replica.room.all("hand")].sort((a, b) => a.turn - b.turn);
  const speaker = hands.find((hand) => hand.floor);
  const queue = hands.filter((hand) => !hand.floor);
  const mine = hands.find((hand) => hand.id === room.seat.value);
  const place = queue.findIndex((hand) => hand.id === room.seat.value) + 1;
  return (
    <>
      <main class="page">
        <Ask big text={both(step.prompt)} />
        {speaker && (
          <p class="air" role="status" {...testId("floor")}>
            <VoiceMark role={speaker.role} />
            {mine?.floor ? t(phone.yourTurn) : t(phone.speaks, speaker.name ?? "")}
          </p>
        )}
        <div class="sec">
          <h2>{t(phone.queue)}</h2>
          <span class="num">{queue.length}</span>
        </div>
        {queue.length === 0 && <p class="lead-in">{t(phone.queueEmpty)}</p>}
        <ol>
          {queue.map((hand) => (
            <li class="heap" key={hand.id} {...testId("hand")}>
              <VoiceMark role={hand.role} />
              <b>{hand.name}</b>
              {hand.place === "remote" ? <Icon name="screen" /> : <span />}
            </li>
          ))}
        </ol>
      </main>
      {mayAct(room, step) && step.input && (
        <footer class="foot">
          {place > 0 && <p class="quiet">{t(phone.yourPlace, place)}</p>}
          {mine ? (
            <Button id="hand-down" wide onPress={() => void room.do(commands.lowerHand())}>
              {t(phone.lower)}
            </Button>
          ) : (
            <Button id="hand-up" look="act" wide onPress={() => void room.do(commands.raiseHand())}>
              <Icon name="hand" />
              {t(phone.raise)}
            </Button>
          )}
        </footer>
      )}
    </>
  );
}
