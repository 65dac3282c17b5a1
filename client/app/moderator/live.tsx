/** The middle of the desk: what is happening in the current step, without what the step hides. */
import { Split } from "../activities/opinions";
import { VoiceMark } from "../icons";
import { Button } from "../parts";
import type { Room } from "../room";
import { groupName, itemsOf, laneName, shownCards, steps } from "../select";
import { testId } from "../testids";
import { commands, type Step } from "../wire";
import { both, count, t } from "../words";
import { common } from "../words/common";
import { desk } from "../words/moderator";
import { CardList } from "./cards";
import { Decisions } from "./decisions";

export function Live({ room, step }: { room: Room; step: Step }) {
  switch (step.kind) {
    case "ideate":
      return <Writing room={room} step={step} />;
    case "reveal":
      return <Revealing room={room} step={step} />;
    case "group":
      return <Grouping room={room} />;
    case "vote":
      return <Voting room={room} step={step} />;
    case "draft":
    case "claim":
    case "close":
      return <Decisions room={room} />;
    default:
      return null;
  }
}

interface Props {
  readonly room: Room;
  readonly step: Step;
}

function Turnout({ room, step, note }: Props & { note: string }) {
  const turnout = room.replica.room.one("turnout", step.id);
  const lanes = turnout?.lanes ?? [];
  const cards = lanes.reduce((sum, n) => sum + n, 0);
  const { typing } = room.present.value;
  return (
    <section class="tally" {...testId("turnout")}>
      <div class="tally__h">
        <b class="num">{lanes.length ? cards : (turnout?.people ?? 0)}</b>
        <span>{lanes.length ? note : count(desk.acted, turnout?.people ?? 0)}</span>
        {typing > 0 && <span class="r">{count(desk.typing, typing)}</span>}
      </div>
      {(room.replica.room.one("ideation", step.id)?.lanes ?? []).map((name, lane) => (
        <div class="row" key={name[0]}>
          <span class="nm">{both(name)}</span>
          <div class="units" aria-hidden="true">
            {Array.from({ length: Math.min(60, lanes[lane] ?? 0) }, (_, n) => (
              <i key={n} />
            ))}
          </div>
          <span class="num">{lanes[lane] ?? 0}</span>
        </div>
      ))}
    </section>
  );
}

function Writing({ room, step }: Props) {
  const hidden = room.replica.room.one("ideation", step.id)?.hidden;
  return (
    <>
      <Turnout room={room} step={step} note={hidden ? t(desk.hiddenNote) : ""} />
      {hidden && <RevealButtons room={room} target={step} />}
      <CardList room={room} title={t(desk.cards)} cards={shownCards(room, [step.id])} />
    </>
  );
}

/** Reveal lane by lane, or all at once. Showing ends the step's input. */
function RevealButtons({ room, target }: { room: Room; target: Step }) {
  const lanes = room.replica.room.one("ideation", target.id)?.lanes ?? [];
  const written = room.replica.room.one("turnout", target.id)?.lanes ?? [];
  const shown = shownCards(room, [target.id]);
  const left = (lane: number) =>
    (written[lane] ?? 0) - shown.filter((card) => card.lane === lane).length;
  if (!lanes.some((_, lane) => left(lane) > 0)) return null;
  return (
    <div class="duo duo--wrap reveal">
      {lanes.length > 1 &&
        lanes.map((name, lane) => (
          <Button
            key={name[0]}
            id={`reveal-lane-${lane}`}
            off={left(lane) <= 0}
            onPress={() => void room.do(commands.reveal(target.id, lane))}
          >
            {t(desk.revealLane, laneName(room, target.id, lane))}
          </Button>
        ))}
      <Button id="reveal-all" onPress={() => void room.do(commands.reveal(target.id, -1))}>
        {t(desk.revealAll)}
      </Button>
    </div>
  );
}

function Revealing({ room, step }: Props) {
  const source = room.replica.room.one("showing", step.id)?.source ?? [];
  const sources = steps(room).filter((one) => source.includes(one.id));
  const cards = shownCards(room, source);
  return (
    <>
      {sources.map((one) => (
        <RevealButtons key={one.id} room={room} target={one} />
      ))}
      {cards.length === 0 && <p class="soft">{t(desk.noCards)}</p>}
      <CardList room={room} title={t(desk.cards)} cards={cards} />
    </>
  );
}

function Grouping({ room }: { room: Room }) {
  const cards = shownCards(room);
  const groups = [...room.replica.room.all("group")].sort((a, b) => b.cards - a.cards);
  const merges = room.replica.room.all("merge");
  const last = merges[merges.length - 1];
  return (
    <>
      {last && (
        <div class="tip">
          <p>
            {t(desk.merges)}: {groupName(room, last.group)}
          </p>
          <Button id="undo" onPress={() => void room.do(commands.undoMerge(last.id))}>
            {t(desk.undo)}
          </Button>
        </div>
      )}
      {groups.map((group) => (
        <CardList
          key={group.id}
          room={room}
          title={groupName(room, group.id)}
          cards={cards.filter((card) => card.group === group.id)}
        />
      ))}
      <CardList room={room} title={t(desk.cards)} cards={cards.filter((card) => !card.group)} />
    </>
  );
}

function Voting({ room, step }: Props) {
  const poll = room.replica.room.one("poll", step.id);
  const items = [...itemsOf(room, step.id)];
  const counted = items.some((item) => item.tally);
  if (counted) items.sort((a, b) => (b.tally?.dots ?? 0) - (a.tally?.dots ?? 0));
  return (
    <>
      <Turnout room={room} step={step} note="" />
      {!counted && <p class="soft">{t(desk.secret)}</p>}
      <ol class="poll">
        {items.map((item) => (
          <li key={item.choice.id} {...testId("tally")}>
            {item.card && <VoiceMark role={item.card.role} />}
            <span>
              {item.text}
              {item.cards > 0 && <small>{count(common.cards, item.cards)}</small>}
            </span>
            {item.tally && poll?.style === "dots" && <b class="num">{item.tally.dots}</b>}
            {item.tally && poll?.style === "opinion" && <Split tally={item.tally} />}
          </li>
        ))}
      </ol>
    </>
  );
}
