/** What is rarely needed: the goal, parking a topic, the language. */
import { Button, Field, Languages, Sheet } from "../parts";
import type { Room } from "../room";
import { commands, LIMIT, ROLE } from "../wire";
import { both, t } from "../words";
import { phone } from "../words/phone";

export function Menu({ room, onClose }: { room: Room; onClose: () => void }) {
  const step = room.step.value;
  const parks = step && room.role.value !== ROLE.observer;
  return (
    <Sheet title={both(step?.name) || (room.facts.value?.title ?? "")} onClose={onClose}>
      <Languages />
      {room.facts.value?.goal && (
        <p class="lead-in">
          <b>{t(phone.goal)}</b> {room.facts.value.goal}
        </p>
      )}
      {parks && <Park room={room} onClose={onClose} />}
    </Sheet>
  );
}

function Park({ room, onClose }: { room: Room; onClose: () => void }) {
  const step = room.step.value?.id ?? 0;
  const text = room.drafts.get(step, "park");
  const send = () => {
    void room.do(commands.parkTopic(), [text.trim()]).then((answer) => {
      if (answer.ok) room.notice.value = phone.parkSent;
    });
    room.drafts.set(step, "park", "");
    onClose();
  };
  return (
    <>
      <Field
        id="park-text"
        label={t(phone.parkTitle)}
        rows={2}
        most={LIMIT.card}
        value={text}
        onText={(next) => room.drafts.set(step, "park", next)}
      />
      <p class="lead-in">{t(phone.parkLead)}</p>
      <Button id="park-send" wide off={!text.trim()} onPress={send}>
        {t(phone.parkSend)}
      </Button>
    </>
  );
}
