/** The moderator's own name, offered and never asked for. */
import { useState } from "preact/hooks";
import { Button, Field, Sheet } from "../parts";
import { LIMIT } from "../wire";
import { t } from "../words";
import { desk as words } from "../words/moderator";
import type { Desk } from "./desk";

export function NameSheet({ desk }: { desk: Desk }) {
  const [name, setName] = useState("");
  const close = () => desk.open(null);
  const send = () => {
    close();
    void desk.room.join(name.trim(), 0, "", "onsite");
  };
  return (
    <Sheet title={t(words.nameMyself)} onClose={close}>
      <p class="soft">{t(words.nameLead)}</p>
      <Field
        id="host-name"
        label={t(words.yourName)}
        most={LIMIT.name}
        value={name}
        onText={setName}
      />
      <Button id="host-name-send" look="act" wide off={!name.trim()} onPress={send}>
        {t(words.nameSend)}
      </Button>
    </Sheet>
  );
}
