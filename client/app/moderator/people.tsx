/** The right column: who asks to speak, who is ready, who is silent, who is missing. */
import { VoiceMark, voiceOf } from "../icons";
import { Button } from "../parts";
import type { Room } from "../room";
import { testId } from "../testids";
import { t } from "../words";
import { voicesMany } from "../words/common";
import { desk as words } from "../words/moderator";
import { Departments, Silent } from "./departments";
import type { Desk } from "./desk";
import { Hands } from "./hands";
import { Latecomers } from "./latecomers";
import { voicesOf } from "./voices";

export function People({ desk }: { desk: Desk }) {
  const { room } = desk;
  const { online, done } = room.present.value;
  const begun = (room.agenda.value?.current ?? 0) !== 0 && !room.facts.value?.closed_ms;
  return (
    <>
      {room.step.value?.kind !== "discuss" && <Hands desk={desk} />}
      <section>
        <h2>
          {t(begun ? words.whoIsDone : words.whoIsHere)}
          <span class="num" {...testId("ready")}>
            {begun ? t(words.of, done, online) : online}
          </span>
        </h2>
        <Voices room={room} begun={begun} />
        <Button id="everybody-open" look="text" onPress={() => desk.open("everybody")}>
          {t(words.everybody)}
        </Button>
      </section>
      <Silent desk={desk} />
      <Departments desk={desk} />
      <Latecomers desk={desk} />
    </>
  );
}

function Voices({ room, begun }: { room: Room; begun: boolean }) {
  const voices = voicesOf(room.present.value).filter((one) => one.online > 0);
  if (voices.length === 0) return <p class="soft">{t(words.nobodyYet)}</p>;
  return (
    <ul class="ppl">
      {voices.map(({ role, online, done }) => (
        <li key={role} {...testId("voice")}>
          <VoiceMark role={role} />
          <span>{t(voicesMany[voiceOf(role)])}</span>
          <span class="num">
            {begun ? (
              <>
                {done} <span class="ok">{t(words.ofMany, online)}</span>
              </>
            ) : (
              online
            )}
          </span>
        </li>
      ))}
    </ul>
  );
}
