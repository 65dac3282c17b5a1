/** Writing in silence: what is asked, how it is kept, one's own cards, and a composer. */
import { Icon } from "../icons";
import { Ask, Button } from "../parts";
import type { Room } from "../room";
import { mayAct } from "../select";
import { testId } from "../testids";
import type { Step } from "../wire";
import { both, count, t } from "../words";
import { steps } from "../words/steps";
import type { ActivityProps } from "./activity";
import { Composer } from "./composer";
import { Mine, myCards } from "./mine";
import { closedWhy, Quiet } from "./rest";

export function Ideate({ room, step }: ActivityProps) {
  const writes = mayAct(room, step);
  const fresh = writes && step.input && isEmpty(room, step);
  return (
    <>
      <main class="page">
        <Prompt text={both(step.prompt)} fresh={fresh || !writes} />
        {(fresh || step.anonymous) && <HowItIsKept room={room} step={step} />}
        {step.anonymous && step.few && <Few room={room} step={step} />}
        {writes ? <Mine room={room} step={step} /> : <Others room={room} step={step} />}
      </main>
      <Foot room={room} step={step} />
    </>
  );
}

function isEmpty(room: Room, step: Step): boolean {
  const going = room.outbox.entries.value.some(
    (entry) => entry.step === step.id && entry.command[0] === "post_idea",
  );
  return !going && myCards(room, step).length === 0;
}

/** In full at first; whoever has begun to write has read it, and needs the place. */
function Prompt({ text, fresh }: { text: string; fresh: boolean }) {
  if (fresh) return <Ask big text={text} />;
  return <Ask text={/^.{12,}?[.?!…](?=\s)/s.exec(text)?.[0] ?? text} />;
}

/** Said before writing: with or without a name, and who sees it when. */
function HowItIsKept({ room, step }: ActivityProps) {
  const hidden = room.replica.room.one("ideation", step.id)?.hidden ?? true;
  return (
    <ul class="kept">
      {step.anonymous ? (
        <li {...testId("anon-note")}>
          <Icon name="lock" />
          <p>{t(steps.anonymousNote)}</p>
        </li>
      ) : (
        <li>
          <Icon name="pen" />
          <p>
            {t(steps.named)}. {t(hidden ? steps.hiddenNote : steps.openNote)}.
          </p>
        </li>
      )}
    </ul>
  );
}

/** A room too small to hide in: said plainly, with a way to give nothing. */
function Few({ room, step }: ActivityProps) {
  const skips = mayAct(room, step) && step.input && isEmpty(room, step);
  return (
    <section class="few" {...testId("few-note")}>
      <p>{t(steps.few)}</p>
      {skips && (
        <Button
          id="few-skip"
          pressed={room.done.value}
          onPress={() => room.setDone(!room.done.value)}
        >
          {room.done.value && <Icon name="check" />}
          {t(room.done.value ? steps.fewSkipped : steps.fewSkip)}
        </Button>
      )}
    </section>
  );
}

/** For whoever watches: how much the others have written, never what. */
function Others({ room, step }: ActivityProps) {
  const lanes = room.replica.room.one("turnout", step.id)?.lanes ?? [];
  const written = lanes.reduce((sum, cards) => sum + cards, 0);
  return <p class="pulse">{written ? count(steps.written, written) : t(steps.nobodyWrote)}</p>;
}

function Foot({ room, step }: ActivityProps) {
  const why = closedWhy(room, step);
  if (!why) return <Composer room={room} step={step} />;
  if (room.drafts.get(step.id, "idea")) return null; // the sheet for late ideas offers to send it
  return <Quiet say={why} />;
}
