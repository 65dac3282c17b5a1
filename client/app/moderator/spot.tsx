/** One thing shown large on the stage: a card, a group or a decision. */
import { Icon } from "../icons";
import { Button } from "../parts";
import type { Room } from "../room";
import { groupName, textOf } from "../select";
import { testId } from "../testids";
import { commands } from "../wire";
import { t } from "../words";
import { desk as words } from "../words/moderator";
import type { Desk } from "./desk";

export const spotOf = (room: Room): number => room.replica.room.one("spotlight", 4)?.target ?? 0;

export function SpotButton({ desk, target }: { desk: Desk; target: number }) {
  const on = spotOf(desk.room) === target;
  return (
    <Button id="spot" pressed={on} onPress={() => spot(desk, on ? 0 : target)}>
      <Icon name={on ? "cross" : "screen"} />
      {t(on ? words.spotOff : words.spot)}
    </Button>
  );
}

function spot(desk: Desk, target: number): void {
  const before = spotOf(desk.room);
  void desk.act(commands.spotlight(target), {
    text: t(target ? words.spotted : words.unspotted),
    undo: () => [[commands.spotlight(before)]],
  });
}

/** What is large on the stage now, with the way to take it off. */
export function Spotlit({ desk }: { desk: Desk }) {
  const target = spotOf(desk.room);
  if (!target) return null;
  return (
    <div class="tip tip--spot" {...testId("spotlit")}>
      <Icon name="screen" />
      <p>
        <small>{t(words.spotNow)}</small>
        {nameOf(desk.room, target)}
      </p>
      <Button id="spot-off" onPress={() => spot(desk, 0)}>
        {t(words.spotOff)}
      </Button>
    </div>
  );
}

function nameOf(room: Room, target: number): string {
  const table = room.replica.room;
  const card = table.one("card", target);
  if (card) return textOf(card);
  return table.one("group", target)
    ? groupName(room, target)
    : (table.one("decision", target)?.what ?? "");
}
