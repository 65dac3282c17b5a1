/** The end: every decision needs a signature or a fate, then the room closes for good. */
import { useState } from "preact/hooks";
import { Icon } from "../icons";
import { Button, Sheet } from "../parts";
import type { Room } from "../room";
import { decisions, openDecisions, standing } from "../select";
import { testId } from "../testids";
import { commands, type Decision } from "../wire";
import { atTime, count, t } from "../words";
import { common } from "../words/common";
import { desk as words } from "../words/moderator";
import { Ask, Fates } from "./decisions";
import type { Desk } from "./desk";
import { Downloads } from "./result";

/** Open decisions that nobody has signed: they stand between the room and its end. */
export function unsettled(room: Room): readonly Decision[] {
  return openDecisions(room).filter((decision) => !decision.signed);
}

/** The middle of the desk in the closing step. */
export function Ending({ desk }: { desk: Desk }) {
  const { room } = desk;
  const signed = decisions(room).filter((decision) => decision.signed).length;
  return (
    <section class="ending">
      <p class="tally__h">
        <b class="num">{signed}</b>
        <span>{count(words.signedDecisions, signed)}</span>
      </p>
      <Settling desk={desk} />
      <Button id="close-room" onPress={() => desk.open("close")}>
        {t(words.closeRoom)}
      </Button>
    </section>
  );
}

/** Each decision without a signature, with its fates beside it. */
function Settling({ desk }: { desk: Desk }) {
  const [asking, setAsking] = useState<Decision | null>(null);
  const open = unsettled(desk.room);
  if (open.length === 0) {
    return (
      <p class="settled">
        <Icon name="check" />
        {t(words.allSettled)}
      </p>
    );
  }
  return (
    <>
      <p class="warn" role="status" {...testId("unsettled")}>
        {count(words.unsettled, open.length)}
      </p>
      <ul class="settle">
        {open.map((decision) => (
          <li key={decision.id} {...testId("settle")}>
            <p class="word">{decision.what ?? t(common.erased)}</p>
            <small>
              {[decision.owner_name, standing(decision, atTime)].filter(Boolean).join(", ")}
            </small>
            <Fates desk={desk} decision={decision} />
            {!decision.owner && (
              <Button id="invite" onPress={() => setAsking(decision)}>
                {t(words.invite)}
              </Button>
            )}
          </li>
        ))}
      </ul>
      {asking && <Ask desk={desk} decision={asking} onClose={() => setAsking(null)} />}
    </>
  );
}

export function CloseSheet({ desk }: { desk: Desk }) {
  const open = unsettled(desk.room);
  const close = () => {
    desk.open(null);
    void desk.act(commands.closeRoom());
  };
  return (
    <Sheet title={t(words.closeRoom)} onClose={() => desk.open(null)}>
      <Settling desk={desk} />
      <h3>{t(words.afterwards)}</h3>
      <ul class="after">
        <li>{t(words.afterSame)}</li>
        <li>{t(words.afterNothing)}</li>
        <li>{t(words.afterFiles)}</li>
      </ul>
      <h3>{t(words.takeAway)}</h3>
      <Downloads desk={desk} />
      <Button
        id="close-sure"
        look="act"
        wide
        off={open.length > 0 || !desk.online.value}
        onPress={close}
      >
        {t(open.length > 0 ? words.closeBlocked : words.closeSure)}
      </Button>
    </Sheet>
  );
}
