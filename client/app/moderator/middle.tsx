/** The middle of the desk, the same on every device: the step, advice, and its live content. */
import { ConnectionNote } from "../parts";
import { ReturnedWords } from "../phone/returned";
import { ResultPage } from "../result/later";
import { t } from "../words";
import { desk as words } from "../words/moderator";
import { MoveEnd } from "./bar";
import type { Controls } from "./controls";
import { Decisions } from "./decisions";
import { Silent } from "./departments";
import type { Desk } from "./desk";
import { Hands } from "./hands";
import { Latecomers } from "./latecomers";
import { layout } from "./layout";
import { Live } from "./live";
import { Lobby, Warnings } from "./lobby";
import { Aloud, Coming, Hinted, Missed, Now } from "./now";
import { Spotlit } from "./spot";
import { Tabs } from "./tabs";
import { Trays } from "./trays";
import { View } from "./views";

interface Props {
  readonly desk: Desk;
  readonly controls: Controls;
}

export function Middle({ desk, controls }: Props) {
  const { room } = desk;
  const Root = layout.value === "small" ? "div" : "main"; // a phone's pages lie in one main part
  const begun = room.step.value !== undefined || Boolean(room.facts.value?.closed_ms);
  return (
    <Root class="live">
      <ConnectionNote room={room} />
      <Now desk={desk} />
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must scroll by keys too */}
      <section class="live__in" tabIndex={0} aria-label={t(words.tabs)}>
        <ReturnedWords room={room} />
        {layout.value === "hand" && <MoveEnd desk={desk} controls={controls} />}
        <Missed desk={desk} />
        <Hinted desk={desk} controls={controls} />
        <Warnings desk={desk} />
        <Spotlit desk={desk} />
        <Aloud desk={desk} />
        {begun && <Tabs desk={desk} />}
        <Content desk={desk} />
      </section>
    </Root>
  );
}

function Content({ desk }: { desk: Desk }) {
  const { room } = desk;
  const step = room.step.value;
  if (desk.tab.value === "trays") return <Trays desk={desk} />;
  if (desk.tab.value === "decisions") return <Decisions desk={desk} />;
  if (room.facts.value?.closed_ms) return <Closed desk={desk} />;
  if (!step) return <Lobby desk={desk} />;
  return (
    <>
      <Live desk={desk} step={step} />
      {layout.value === "hand" && <Beside desk={desk} />}
      <Then desk={desk} />
    </>
  );
}

/** A tablet has no column for people, so whoever waits for a word stands in the middle. */
function Beside({ desk }: { desk: Desk }) {
  return (
    <div class="beside">
      {desk.room.step.value?.kind !== "discuss" && <Hands desk={desk} />}
      <Silent desk={desk} />
      <Latecomers desk={desk} />
    </div>
  );
}

/** What the stage shows now, and what follows. */
function Then({ desk }: { desk: Desk }) {
  const wide = layout.value === "wide";
  return (
    <section class={wide ? "then" : "then then--one"}>
      {wide && (
        <figure>
          <figcaption>{t(words.onStageNow)}</figcaption>
          <button type="button" class="then__view" onClick={() => desk.open("stage")}>
            <View desk={desk} eyes="stage" />
          </button>
        </figure>
      )}
      <Coming desk={desk} />
    </section>
  );
}

function Closed({ desk }: { desk: Desk }) {
  return <ResultPage room={desk.room} />;
}
