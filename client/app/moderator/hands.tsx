/** Raised hands in the order of the queue, and who has the floor. */
import { VoiceMark } from "../icons";
import { Button } from "../parts";
import type { Room } from "../room";
import { testId } from "../testids";
import { commands, type Hand } from "../wire";
import { t } from "../words";
import { desk as words } from "../words/moderator";
import type { Desk } from "./desk";

export function queueOf(room: Room): readonly Hand[] {
  return [...room.replica.room.all("hand")].sort((a, b) => a.turn - b.turn);
}

export function Hands({ desk }: { desk: Desk }) {
  const hands = queueOf(desk.room);
  if (hands.length === 0) return null;
  return (
    <section class="hands">
      <h2>
        {t(words.hands)}
        <span class="num">{hands.filter((hand) => !hand.floor).length}</span>
      </h2>
      <ul class="ppl ppl--a">
        {hands.map((hand) => (
          <Raised key={hand.id} desk={desk} hand={hand} />
        ))}
      </ul>
    </section>
  );
}

function Raised({ desk, hand }: { desk: Desk; hand: Hand }) {
  const give = () => void desk.act(commands.giveFloor(hand.floor ? 0 : hand.id));
  return (
    <li class={hand.floor ? "is-floor" : ""} {...testId("hand")}>
      <span>
        <VoiceMark role={hand.role} />
        <b>{hand.name}</b>
        {hand.place === "remote" && <small>{t(words.remote)}</small>}
        {hand.floor && <small>{t(words.speaksNow)}</small>}
      </span>
      <Button id="give-floor" onPress={give}>
        {t(hand.floor ? words.endFloor : words.giveFloor)}
      </Button>
    </li>
  );
}
