/** For whoever could not be here: the one decision that a personal link asks to sign. */
import { Icon } from "../icons";
import { Button } from "../parts";
import type { Room } from "../room";
import { testId } from "../testids";
import { commands, type Decision } from "../wire";
import { t } from "../words";
import { deeds } from "../words/decisions";
import { Deed } from "./decisions";
import { turnedAway } from "./owed";
import { SignDeed } from "./sign";

export function Asked({ room }: { room: Room }) {
  const decision = room.replica.room.one("decision", room.asked.value);
  if (!decision) return null;
  if (decision.fate !== "awaiting") return <Taken room={room} decision={decision} />;
  const { id, version, digest } = decision;
  return (
    <SignDeed
      {...{ room, decision }}
      number={0}
      of={0}
      lead={t(deeds.askedOfYou)}
      command={commands.signByLink(id, version, digest)}
      back={<TurnAway say={t(deeds.notNow)} />}
    />
  );
}

function TurnAway({ say }: { say: string }) {
  return (
    <Button
      id="list-back"
      look="text"
      onPress={() => {
        turnedAway.value = true;
      }}
    >
      {say}
    </Button>
  );
}

function Taken({ room, decision }: { room: Room; decision: Decision }) {
  return (
    <>
      <main class="page page--deed">
        <Deed room={room} decision={decision} number={0} />
      </main>
      <footer class="foot foot--bare">
        <div class="duo">
          <TurnAway say={t(deeds.goOn)} />
        </div>
        <p class="done" {...testId("signed")}>
          <Icon name="check" />
          {t(deeds.doneByLink)}
        </p>
      </footer>
    </>
  );
}
