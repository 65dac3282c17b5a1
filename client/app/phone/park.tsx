/** A thought that belongs to another moment goes to the parking lot. */
import { Button, Field } from "../parts";
import type { Room } from "../room";
import { commands, LIMIT } from "../wire";
import { t } from "../words";
import { phone } from "../words/phone";

export function Park({ room, onClose }: { room: Room; onClose: () => void }) {
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
      <Button id="park-send" look="act" wide off={!text.trim()} onPress={send}>
        {t(phone.parkSend)}
      </Button>
    </>
  );
}
