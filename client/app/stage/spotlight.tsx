/** One card, theme or decision, large. */
import { VoiceMark, voiceOf } from "../icons";
import type { Room } from "../room";
import { groupName, shownCards, textOf } from "../select";
import { Signature } from "../signature";
import { testId } from "../testids";
import type { Card, Decision, Group } from "../wire";
import { glue, t } from "../words";
import { voiceNames } from "../words/common";
import { stage } from "../words/stage";
import { wordingOf } from "./board";
import { SERIF } from "./pages";
import type { Box } from "./poster";
import type { SceneProps } from "./scene";
import { fitting } from "./text";

const SIZES = [128, 116, 104, 92, 80, 70, 62, 54, 48, 42, 36, 32, 28];
const GROUP_NAME = 80;
const LEADING = 1.18;
const PAD = 96;
const NAME = 110;
const SIGNED = 170;

export type Target = { readonly id: number } & (
  | { readonly kind: "card"; readonly card: Card }
  | { readonly kind: "group"; readonly group: Group }
  | { readonly kind: "decision"; readonly decision: Decision }
);

/** What stands in the spotlight, as far as the stage may see it. */
export function spotlit(room: Room): Target | null {
  const table = room.replica.room;
  const id = table.one("spotlight", 4)?.target;
  if (!id) return null;
  const card = table.one("card", id);
  if (card) return { id, kind: "card", card };
  const group = table.one("group", id);
  if (group) return { id, kind: "group", group };
  const decision = table.one("decision", id);
  return decision ? { id, kind: "decision", decision } : null;
}

export function Spotlight({ room, box, target }: SceneProps & { target: Target }) {
  return (
    <div class="st-spot" {...testId("stage-spotlight")}>
      {target.kind === "card" && <LitCard card={target.card} box={box} />}
      {target.kind === "group" && <LitGroup room={room} group={target.group} box={box} />}
      {target.kind === "decision" && <LitDecision decision={target.decision} box={box} />}
    </div>
  );
}

/** `face` is how much wider the face is than the one of which letters are known. */
function sizeIn(text: string, box: Box, below: number, face = 1): number {
  const place = {
    width: (box.width - 2 * PAD) / face,
    height: box.height - PAD - below,
    leading: LEADING,
  };
  return fitting(text, SIZES, place);
}

function LitCard({ card, box }: { card: Card; box: Box }) {
  const voice = voiceOf(card.role);
  const text = glue(textOf(card));
  const who =
    voice === "other"
      ? card.name
      : card.name
        ? `${card.name}, ${t(voiceNames[voice])}`
        : t(voiceNames[voice]);
  return (
    <blockquote class={`st-lit ${voice === "customer" ? "is-customer" : ""}`}>
      <p style={{ fontSize: `${sizeIn(text, box, NAME, voice === "customer" ? SERIF : 1)}px` }}>
        {text}
      </p>
      {who && (
        <footer>
          <VoiceMark role={card.role} />
          {who}
        </footer>
      )}
    </blockquote>
  );
}

const MOST_CARDS = 5;
const CARD_LINE = 84;

function LitGroup({ room, group, box }: { room: Room; group: Group; box: Box }) {
  const name = groupName(room, group.id);
  const cards = shownCards(room).filter((card) => card.group === group.id && textOf(card) !== name);
  const shown = cards.slice(0, MOST_CARDS);
  const size = sizeIn(name, box, shown.length * CARD_LINE + PAD / 2);
  return (
    <div class="st-lit is-group">
      <h2 style={{ fontSize: `${Math.min(size, GROUP_NAME)}px` }}>
        <span>{name}</span>
        <b>{group.cards}</b>
      </h2>
      {shown.map((card) => (
        <p key={card.id}>
          <VoiceMark role={card.role} />
          <span>{textOf(card)}</span>
        </p>
      ))}
    </div>
  );
}

function LitDecision({ decision, box }: { decision: Decision; box: Box }) {
  const text = wordingOf(decision);
  const state = decision.signed ? "is-signed" : "";
  return (
    <blockquote class={`st-lit is-decision ${state}`}>
      <p style={{ fontSize: `${sizeIn(text, box, SIGNED, SERIF)}px` }}>{text}</p>
      <footer>
        <b>{decision.owner ? decision.owner_name : t(stage.who)}</b>
        {decision.department && <span>{decision.department}</span>}
        {decision.signed && <Signature name={decision.owner_name ?? ""} />}
      </footer>
    </blockquote>
  );
}
