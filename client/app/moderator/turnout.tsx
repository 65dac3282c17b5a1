/** How much has come in, in counts alone: what the step hides is not here to be shown. */
import { Icon } from "../icons";
import { Button } from "../parts";
import type { Room } from "../room";
import { laneName } from "../select";
import { testId } from "../testids";
import { commands, type Step } from "../wire";
import { both, count, t } from "../words";
import { desk as words } from "../words/moderator";
import type { Desk } from "./desk";

const MOST_UNITS = 48;

export function Turnout({ room, step, note }: { room: Room; step: Step; note: string }) {
  const turnout = room.replica.room.one("turnout", step.id);
  const written = turnout?.lanes ?? [];
  const names = room.replica.room.one("ideation", step.id)?.lanes ?? [];
  const cards = written.reduce((sum, n) => sum + n, 0);
  const people = turnout?.people ?? 0;
  const most = Math.max(0, ...written);
  return (
    <section class="tally" {...testId("turnout")}>
      <div class="tally__h">
        <b class="num">{names.length ? cards : people}</b>
        <span>
          {names.length
            ? count(words.cardsWritten, cards)
            : count(step.kind === "vote" ? words.voted : words.acted, people)}
          {note && `, ${note}`}
        </span>
        <Typing room={room} />
      </div>
      {names.map((name, lane) => (
        <div class="row" key={name[0]}>
          <span class="nm">{both(name)}</span>
          <Units n={written[lane] ?? 0} of={most} />
          <span class="num">{written[lane] ?? 0}</span>
        </div>
      ))}
    </section>
  );
}

function Typing({ room }: { room: Room }) {
  const { typing } = room.present.value;
  if (typing === 0) return null;
  return (
    <span class="r" {...testId("typing")}>
      <Icon name="pen" />
      {count(words.typing, typing)}
    </span>
  );
}

/**
 * One mark a card, or a few where there are many, alike for all: shapes would tell the voices of a
 * small group.
 */
function Units({ n, of }: { n: number; of: number }) {
  const each = Math.max(1, Math.ceil(of / MOST_UNITS));
  return (
    <div class="units" aria-hidden="true">
      {Array.from({ length: Math.ceil(n / each) }, (_, one) => (
        <i key={one} />
      ))}
    </div>
  );
}

/** How many cards of a lane nobody has been shown yet. What was shown once has a rank for ever. */
function hiddenIn(room: Room, step: Step, lane: number): number {
  const written = room.replica.room.one("turnout", step.id)?.lanes[lane] ?? 0;
  const shown = room.replica.room
    .all("card")
    .filter((card) => card.step === step.id && card.lane === lane && card.rank > 0);
  return written - shown.length;
}

export function hasHidden(room: Room, step: Step): boolean {
  const lanes = room.replica.room.one("turnout", step.id)?.lanes ?? [];
  return lanes.some((_, lane) => hiddenIn(room, step, lane) > 0);
}

/** Reveal lane by lane, or all at once. Showing ends the step's input. */
export function RevealButtons({ desk, target }: { desk: Desk; target: Step }) {
  const { room } = desk;
  const lanes = room.replica.room.one("ideation", target.id)?.lanes ?? [];
  if (!hasHidden(room, target)) return null;
  const reveal = (lane: number) => void desk.act(commands.reveal(target.id, lane));
  return (
    <div class="reveal">
      {lanes.length > 1 &&
        lanes.map((name, lane) => (
          <Button
            key={name[0]}
            id={`reveal-lane-${lane}`}
            off={hiddenIn(room, target, lane) <= 0}
            onPress={() => reveal(lane)}
          >
            {t(words.revealLane, laneName(room, target.id, lane))}
          </Button>
        ))}
      <Button id="reveal-all" onPress={() => reveal(-1)}>
        {t(words.revealAll)}
      </Button>
      {target.input && <p class="soft">{t(words.revealEnds)}</p>}
    </div>
  );
}
