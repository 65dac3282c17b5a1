/** A decision that was being worded when the step moved on: it waits here to be finished. */
import { Button } from "../parts";
import type { Room } from "../room";
import { testId } from "../testids";
import { t } from "../words";
import { common } from "../words/common";
import { deeds } from "../words/decisions";
import { forgetNew, NEW } from "./wording";

export function UnsentDecision({ room, onOpen }: { room: Room; onOpen: () => void }) {
  const what = room.drafts.get(NEW, "d-what").trim();
  if (!what) return null;
  return (
    <section class="knock" {...testId("unsent-decision")}>
      <p>
        <b>{t(deeds.unsent)}</b>
      </p>
      <p class="word">{what}</p>
      <div class="duo duo--wrap">
        <Button id="unsent-drop" look="text" onPress={() => forgetNew(room)}>
          {t(common.remove)}
        </Button>
        <Button id="unsent-open" onPress={onOpen}>
          {t(deeds.finish)}
        </Button>
      </div>
    </section>
  );
}
