/** A discussion: who has the floor, who is next, and what it is about. */
import { VoiceMark } from "../icons";
import type { Room } from "../room";
import { itemsOf, steps } from "../select";
import { testId } from "../testids";
import type { Hand, Step } from "../wire";
import { count, t } from "../words";
import { stage } from "../words/stage";
import { Drawn } from "./drawn";
import type { PanelProps } from "./scene";
import { fitting } from "./text";

const ROW = 76;
const HEAD = 70;
const SPEAKER = 200;
const NAME_SIZES = [116, 92, 76, 64, 54];
const MOST_THEMES = 3;

export function Talk({ room, step, box, tall }: PanelProps) {
  const hands = [...room.replica.room.all("hand")].sort((a, b) => a.turn - b.turn);
  const speaker = hands.find((hand) => hand.floor);
  const queue = hands.filter((hand) => !hand.floor);
  const themes = themesBefore(room, step);
  const wide = tall || themes.length === 0 ? box.width : box.width * 0.6;
  const height = tall && themes.length ? box.height * 0.6 : box.height;
  const most = Math.max(1, Math.floor((height - SPEAKER - HEAD) / ROW));
  return (
    <div class={`st-talk ${themes.length ? "has-themes" : ""}`}>
      <section>
        {speaker ? <Speaker hand={speaker} width={wide} /> : <Free />}
        {queue.length > 0 && <Queue queue={queue} most={most} />}
      </section>
      {themes.length > 0 && <Themes themes={themes} />}
    </div>
  );
}

function Speaker({ hand, width }: { hand: Hand; width: number }) {
  const name = hand.name ?? "";
  const size = fitting(name, NAME_SIZES, { width: width - 100, height: 130, leading: 1 });
  return (
    <p class="st-speaker">
      <b style={{ fontSize: `${size}px` }}>
        <VoiceMark role={hand.role} />
        <span>{name}</span>
      </b>
      <span>
        {t(stage.floor)}
        <Remote hand={hand} />
      </span>
    </p>
  );
}

function Free() {
  return (
    <p class="st-speaker">
      <b>{t(stage.free)}</b>
      <span>{t(stage.raise)}</span>
    </p>
  );
}

function Remote({ hand }: { hand: Hand }) {
  if (hand.place !== "remote") return null;
  return (
    <i class="st-remote">
      <Drawn name="screen" />
      {t(stage.remote)}
    </i>
  );
}

function Queue({ queue, most }: { queue: readonly Hand[]; most: number }) {
  const shown = queue.length > most ? queue.slice(0, most - 1) : queue;
  const more = queue.length - shown.length;
  return (
    <>
      <h2 class="st-lane">
        <span>{t(stage.queue)}</span>
        <i>{queue.length}</i>
      </h2>
      <ol class="st-queue">
        {shown.map((hand) => (
          <li key={hand.id} {...testId("stage-hand")}>
            <VoiceMark role={hand.role} />
            <span>{hand.name}</span>
            <Remote hand={hand} />
          </li>
        ))}
        {more > 0 && <li class="is-more">{count(stage.moreHands, more)}</li>}
      </ol>
    </>
  );
}

interface Theme {
  readonly id: number;
  readonly text: string;
  readonly dots: number;
}

/** What the last vote with dots before this step put first. */
function themesBefore(room: Room, step: Step): readonly Theme[] {
  const all = steps(room);
  const here = all.findIndex((one) => one.id === step.id);
  const isVote = (one: Step) => room.replica.room.one("poll", one.id)?.style === "dots";
  const vote = all.slice(0, Math.max(0, here)).reverse().find(isVote);
  if (!vote) return [];
  return itemsOf(room, vote.id)
    .map(({ choice, text, tally }) => ({ id: choice.id, text, dots: tally?.dots ?? 0 }))
    .filter((theme) => theme.dots > 0)
    .sort((a, b) => b.dots - a.dots)
    .slice(0, MOST_THEMES);
}

function Themes({ themes }: { themes: readonly Theme[] }) {
  return (
    <section class="st-about">
      <h2 class="st-lane">
        <span>{t(stage.about)}</span>
        <i>{t(stage.dots)}</i>
      </h2>
      <ol>
        {themes.map((theme) => (
          <li key={theme.id}>
            <p>{theme.text}</p>
            <b>{theme.dots}</b>
          </li>
        ))}
      </ol>
    </section>
  );
}
