/** One's own cards in a step, and what became of each: on its way, saved, taken back. */
import { useState } from "preact/hooks";
import { Icon } from "../icons";
import type { Entry } from "../outbox";
import type { Room } from "../room";
import { testId } from "../testids";
import { type Card, commands, type Step } from "../wire";
import { t } from "../words";
import { common } from "../words/common";
import { phone } from "../words/phone";
import { steps } from "../words/steps";
import type { ActivityProps } from "./activity";
import { Lane } from "./lane";
import { DoneTick } from "./rest";
import { Saved, TakenBack } from "./saved";

export function myCards(room: Room, step: Step): readonly Card[] {
  const seat = room.seat.value;
  const shown = room.replica.room.all("card").filter((card) => seat && card.author === seat);
  return [...room.replica.own.all("card"), ...shown].filter((card) => card.step === step.id);
}

const called = (entries: readonly Entry[], command: string) =>
  entries.filter((entry) => entry.command[0] === command);

export function Mine({ room, step }: ActivityProps) {
  const [taken, setTaken] = useState<Card | null>(null);
  const pending = room.outbox.entries.value.filter((entry) => entry.step === step.id);
  const leaving = new Set(called(pending, "withdraw_idea").map((entry) => entry.command[1]));
  const cards = myCards(room, step).filter((card) => !leaving.has(card.id));
  // One that is offered again may well be there.
  const there = new Set(cards.map((card) => card.id));
  const going = called(pending, "post_idea").filter(
    ({ made }) => !made?.some((id) => there.has(id)),
  );
  const listed = taken ? [...cards, taken].sort((a, b) => a.id - b.id) : cards;
  const withdraw = (card: Card) => {
    setTaken(card);
    void room.do(commands.withdrawIdea(card.id), [], { step: step.id });
  };
  return (
    <>
      <Head room={room} step={step} count={cards.length + going.length} />
      <ul>
        {[...going].reverse().map((entry) => (
          <Going key={`${entry.lane}:${entry.ref}`} room={room} step={step} entry={entry} />
        ))}
        {[...listed]
          .reverse()
          .map((card) =>
            card === taken ? (
              <TakenBack key={card.id} {...{ room, step, card }} end={() => setTaken(null)} />
            ) : (
              <Saved key={card.id} {...{ room, step, card }} withdraw={() => withdraw(card)} />
            ),
          )}
      </ul>
    </>
  );
}

function Head({ room, step, count }: ActivityProps & { count: number }) {
  const none = count === 0;
  return (
    <>
      <div class="sec sec--tap">
        <h2>
          {t(steps.myIdeas)} {!none && <span class="num">{count}</span>}
        </h2>
        {step.input && <DoneTick room={room} say={none ? steps.nothingToAdd : phone.done} />}
      </div>
      {none && <p class="lead-in">{t(step.input ? steps.noIdeas : steps.noneWritten)}</p>}
    </>
  );
}

/** A card that the server has not confirmed yet. */
function Going({ room, step, entry }: ActivityProps & { entry: Entry }) {
  const on = room.socket.link.value.state === "online";
  return (
    <li
      class={`idea idea--going ${on ? "" : "idea--wait"}`}
      data-state="sending"
      {...testId("idea")}
    >
      <Lane room={room} step={step} lane={Number(entry.command[1])} />
      <p class="idea__text">{entry.words[0]}</p>
      <span />
      <p class="idea__note">
        {on ? <i class="spool" /> : <Icon name="ring" />}
        {t(common.sending)}
      </p>
    </li>
  );
}
