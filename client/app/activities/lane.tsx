/** The lane a card is in, as a mark in the margin. */
import { Icon } from "../icons";
import { both } from "../words";
import type { ActivityProps } from "./activity";

const PLUS = /^(помога|helps?$)/i;
const MINUS = /^(меша|hinders?$)/i;

/** The lane in the margin: plus and minus where that is what the two lanes mean, else its number. */
export function Lane({ room, step, lane }: ActivityProps & { lane: number }) {
  const lanes = room.replica.room.one("ideation", step.id)?.lanes ?? [];
  if (lanes.length < 2) return <span />;
  const name = both(lanes[lane]);
  return (
    <span class="idea__lane" title={name}>
      {laneIcon(name) ?? lane + 1}
      <span class="sr">{name}</span>
    </span>
  );
}

export function laneIcon(name: string) {
  if (PLUS.test(name)) return <Icon name="plus" />;
  return MINUS.test(name) ? <Icon name="minus" /> : undefined;
}
