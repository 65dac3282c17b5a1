/** Handing a decision over to a helper: two signatures, and until the second it stays where it is. */
import { Icon } from "../icons";
import { Button, Sheet } from "../parts";
import type { Room } from "../room";
import { testId } from "../testids";
import { commands, type Decision, type Help } from "../wire";
import { t } from "../words";
import { deeds } from "../words/decisions";
import { helpersOf } from "./decisions";

interface Props {
  readonly room: Room;
  readonly decision: Decision;
}

export function HandOver({ room, decision, onClose }: Props & { onClose: () => void }) {
  const hand = (helper: Help) => {
    const { id, version, digest } = decision;
    void room.do(commands.offerHandover(id, helper.seat, version, digest));
    onClose();
  };
  return (
    <Sheet title={t(deeds.handOverTo)} onClose={onClose}>
      <p class="lead-in">{t(deeds.handOverLead)}</p>
      <ul>
        {helpersOf(room, decision.id).map((helper) => (
          <li key={helper.id}>
            <button type="button" class="heap" onClick={() => hand(helper)} {...testId("hand-to")}>
              <Icon name="right" />
              <b>
                {helper.name}
                <small>{helper.text}</small>
              </b>
              <span />
            </button>
          </li>
        ))}
      </ul>
    </Sheet>
  );
}

/** Tells the owner that a handover waits for the other's signature. */
export function HandingNote({ room, decision }: Props) {
  const handover = room.replica.room.one("handover", decision.id);
  if (!handover) return null;
  return (
    <section class="knock" role="status" {...testId("handing")}>
      <p>{t(deeds.handing, handover.name ?? "")}</p>
      <Button
        id="hand-drop"
        look="text"
        onPress={() => void room.do(commands.dropHandover(decision.id))}
      >
        {t(deeds.handBack)}
      </Button>
    </section>
  );
}
