/** Words that the server refused, word for word, with the reason and what can be done. */
import { useState } from "preact/hooks";
import type { Returned } from "../outbox";
import { Button, copyText } from "../parts";
import type { Room } from "../room";
import { testId } from "../testids";
import { refusal, t } from "../words";
import { common } from "../words/common";
import { phone } from "../words/phone";

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
      <p class="returned__text" dir="auto">
        {one.words.filter(Boolean).join("\n")}
      </p>
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
