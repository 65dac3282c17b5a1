/** Words that must not get lost: thoughts left when the step moved on, and what was refused. */
import { useState } from "preact/hooks";
import type { Returned } from "../outbox";
import { Button, copyText, Sheet } from "../parts";
import type { Room } from "../room";
import { testId } from "../testids";
import { commands, LIMIT, type Step } from "../wire";
import { both, refusal, t } from "../words";
import { common } from "../words/common";
import { phone } from "../words/phone";

/** Steps whose composer still holds a text although they take no more input. */
export function leftovers(room: Room): readonly Step[] {
  return Object.keys(room.drafts.all.value)
    .filter((key) => key.endsWith(":idea"))
    .map((key) => room.stepOf(Number(key.split(":")[0])))
    .filter((step) => step !== undefined)
    .filter((step) => !step.input && step.state !== "ahead");
}

/** Offers to send an unsent thought as a late one. What is typed stays either way. */
export function Leftover({ room, step }: { room: Room; step: Step }) {
  const [later, setLater] = useState(false);
  const text = room.drafts.get(step.id, "idea");
  const send = () => {
    const lane = Number(room.drafts.get(step.id, "lane"));
    void room.do(commands.postIdea(lane), [text.trim()], { step: step.id }).then((answer) => {
      if (answer.ok) room.notice.value = phone.sentLate;
    });
    room.drafts.set(step.id, "idea", "");
  };
  if (later) {
    return (
      <button type="button" class="note" onClick={() => setLater(false)} {...testId("leftover")}>
        {t(phone.leftover)}
      </button>
    );
  }
  return (
    <Sheet title={t(phone.leftover)} onClose={() => setLater(true)}>
      <p class="lead-in">{t(phone.leftoverLead, both(step.name))}</p>
      <div class="field">
        <textarea
          rows={3}
          maxLength={LIMIT.card}
          aria-label={t(phone.oneThought)}
          value={text}
          onInput={(event) => room.drafts.set(step.id, "idea", event.currentTarget.value)}
          {...testId("leftover-text")}
        />
      </div>
      <div class="stacked">
        <Button id="leftover-send" look="act" wide onPress={send}>
          {t(phone.leftoverSend)}
        </Button>
      </div>
      <div class="duo">
        <Button id="leftover-drop" look="text" onPress={() => room.drafts.set(step.id, "idea", "")}>
          {t(common.remove)}
        </Button>
        <Button id="leftover-keep" look="text" onPress={() => setLater(true)}>
          {t(phone.leftoverKeep)}
        </Button>
      </div>
    </Sheet>
  );
}

/** What the server refused, word for word, with the reason and what can be done. */
export function ReturnedWords({ room }: { room: Room }) {
  return (
    <>
      {room.outbox.returned.value.map((one) => (
        <ReturnedOne key={`${one.lane}:${one.ref}`} room={room} one={one} />
      ))}
    </>
  );
}

function ReturnedOne({ room, one }: { room: Room; one: Returned }) {
  const [copied, setCopied] = useState(false);
  const again = () => {
    room.outbox.forget(one);
    void room.do(one.command, one.words, { step: one.step });
  };
  return (
    <section class="returned" role="alert" {...testId("returned")}>
      <p>
        <b>{t(phone.returned)}.</b> {refusal(one.code)}
      </p>
      <p class="returned__text">{one.words.filter(Boolean).join("\n")}</p>
      <div class="duo duo--wrap">
        <Button id="returned-drop" look="text" onPress={() => room.outbox.forget(one)}>
          {t(common.remove)}
        </Button>
        <Button
          id="returned-copy"
          look="text"
          onPress={() => void copyText(one.words.join("\n")).then(setCopied)}
        >
          {t(copied ? phone.copied : phone.copy)}
        </Button>
        <Button id="returned-again" look="text" onPress={again}>
          {t(phone.again)}
        </Button>
      </div>
    </section>
  );
}
