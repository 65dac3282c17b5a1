/** Themes as tiles, the biggest first: the first ones large, the rest as a list. */

import { VoiceMark, voiceOf } from "../icons";
import type { Room } from "../room";
import { groupName, shownCards, textOf } from "../select";
import { testId } from "../testids";
import type { Card, Group } from "../wire";
import { count, glue, t } from "../words";
import { stage } from "../words/stage";
import { useBeat } from "./beat";
import { Lanes } from "./reveal";
import type { PanelProps } from "./scene";
import { type Tiles, tilesFor } from "./tiles";

const PAGE_MS = 12_000;

const biggestFirst = (groups: readonly Group[]): readonly Group[] =>
  [...groups].sort((a, b) => b.cards - a.cards || a.id - b.id);

/** Until the first theme is there, the cards that wait for one. */
export function Groups(props: PanelProps) {
  const { room, box, tall } = props;
  const groups = biggestFirst(room.replica.room.all("group"));
  const cards = shownCards(room);
  const beat = useBeat(PAGE_MS);
  if (groups.length === 0) return <Lanes {...props} cards={cards} />;
  const names = groups.map((group) => glue(groupName(room, group.id)));
  const plan = tilesFor(names, box, tall);
  const rest = groups.slice(plan.tiles);
  const page = rest.length ? beat % Math.ceil(rest.length / plan.listed) : 0;
  const listed = rest.slice(page * plan.listed, (page + 1) * plan.listed);
  const loose = cards.filter((card) => !card.group).length;
  const from = plan.tiles + page * plan.listed;
  return (
    <div class="st-themes">
      <ol class="st-tiles" style={styleOf(plan)}>
        {groups.slice(0, plan.tiles).map((group) => (
          <Tile key={group.id} room={room} group={group} plan={plan} />
        ))}
      </ol>
      {listed.length > 0 && <Smaller room={room} groups={listed} plan={plan} />}
      <p class="st-loose">
        <span>{loose > 0 && count(stage.loose, loose)}</span>
        {rest.length > plan.listed && t(stage.span, from + 1, from + listed.length, groups.length)}
      </p>
    </div>
  );
}

const styleOf = ({ columns, rows, row, lines }: Tiles) => ({
  "--n": columns,
  "--rows": rows,
  "--row": `${row}px`,
  "--lines": lines,
});

type ThemeProps = { readonly room: Room; readonly plan: Tiles };

function Smaller({ room, groups, plan }: ThemeProps & { groups: readonly Group[] }) {
  return (
    <ol class="st-smaller" style={{ "--n": plan.listColumns, "--rows": plan.listRows }}>
      {groups.map((group) => (
        <li key={group.id} {...testId("stage-group")}>
          <b>{group.cards}</b>
          <span>{groupName(room, group.id)}</span>
        </li>
      ))}
    </ol>
  );
}

function Tile({ room, group, plan }: ThemeProps & { group: Group }) {
  return (
    <li class="st-tile" {...testId("stage-group")}>
      <h2 style={{ fontSize: `${plan.size}px` }}>
        <span>{glue(groupName(room, group.id))}</span>
        <b>{group.cards}</b>
      </h2>
      {samplesOf(room, group, plan.samples).map((card) => (
        <p key={card.id} class={voiceOf(card.role) === "customer" ? "is-quote" : ""}>
          <VoiceMark role={card.role} />
          <span>{textOf(card)}</span>
        </p>
      ))}
    </li>
  );
}

/** Customers' words first; not what gives the theme its name. */
function samplesOf(room: Room, group: Group, most: number): readonly Card[] {
  if (most === 0) return [];
  const name = groupName(room, group.id);
  const inside = shownCards(room).filter(
    (card) => card.group === group.id && textOf(card) !== name,
  );
  const isQuote = (card: Card) => Number(voiceOf(card.role) === "customer");
  return [...inside].sort((a, b) => isQuote(b) - isQuote(a)).slice(0, most);
}
