/** Taking decisions: of one's own will, in the exact wording, with a signature. */
import { useState } from "preact/hooks";
import { Icon } from "../icons";
import { Ask, Button } from "../parts";
import type { Room } from "../room";
import { mayAct, openDecisions, standing } from "../select";
import { testId } from "../testids";
import { commands, type Decision } from "../wire";
import { atTime, both, t } from "../words";
import { common } from "../words/common";
import { phone } from "../words/phone";
import type { ActivityProps } from "./activity";
import { AskLine, DecisionForm, Deed, helpersOf } from "./decisions";
import { SignDeed } from "./sign";

export function Claim({ room, step }: ActivityProps) {
  const [opened, setOpened] = useState(0);
  const list = openDecisions(room);
  const at = list.findIndex((decision) => decision.id === opened);
  const decision = list[at];
  const acts = mayAct(room, step) && step.input;
  if (decision) {
    return <One {...{ room, decision, acts }} number={at + 1} onBack={() => setOpened(0)} />;
  }
  return (
    <main class="page">
      <Ask text={both(step.prompt)} />
      <Invitations room={room} onOpen={setOpened} />
      {list.length === 0 && <p class="lead-in">{t(phone.noDecisions)}</p>}
      <ol class="vows">
        {list.map((one, n) => (
          <Row key={one.id} room={room} decision={one} number={n + 1} onOpen={setOpened} />
        ))}
      </ol>
    </main>
  );
}

interface RowProps {
  readonly room: Room;
  readonly decision: Decision;
  readonly number: number;
  readonly onOpen: (id: number) => void;
}

function Row({ room, decision, number, onOpen }: RowProps) {
  const mine = decision.owner !== 0 && decision.owner === room.seat.value;
  return (
    <li>
      <button
        type="button"
        class={`vow ${decision.signed ? "is-signed" : ""}`}
        onClick={() => onOpen(decision.id)}
        {...testId("decision")}
      >
        <span class="vow__n num">{number}</span>
        <span class="vow__w">{decision.what ?? t(common.erased)}</span>
        <span class="vow__t">
          {[mine ? t(phone.yours) : decision.owner_name, standing(decision, atTime)]
            .filter(Boolean)
            .join(", ")}
        </span>
      </button>
    </li>
  );
}

function Invitations({ room, onOpen }: { room: Room; onOpen: (id: number) => void }) {
  const asked = room.replica.own.all("invitation").filter((one) => one.state === "asked");
  return (
    <>
      {asked.map((one) => (
        <section class="knock" key={one.id} {...testId("invitation")}>
          <p>
            <b>{t(phone.invited)}</b>
          </p>
          <p class="word">{room.replica.room.one("decision", one.id)?.what}</p>
          <p class="soft">{t(phone.invitedLead)}</p>
          <div class="duo">
            <Button
              id="decline"
              look="text"
              onPress={() => void room.do(commands.declineInvitation(one.id))}
            >
              {t(phone.decline)}
            </Button>
            <Button id="invitation-open" onPress={() => onOpen(one.id)}>
              {t(phone.openDecision)}
            </Button>
          </div>
        </section>
      ))}
    </>
  );
}

interface OneProps {
  readonly room: Room;
  readonly decision: Decision;
  readonly number: number;
  readonly acts: boolean;
  readonly onBack: () => void;
}

type Asks = "help" | "release" | "edit" | null;

function One({ room, decision, number, acts, onBack }: OneProps) {
  const [asks, setAsks] = useState<Asks>(null);
  const mine = decision.owner !== 0 && decision.owner === room.seat.value;
  if (mine && acts && !decision.signed) {
    return (
      <SignDeed {...{ room, decision, number, onBack }} onRelease={() => setAsks("release")}>
        <AskSheets {...{ room, decision, asks }} onClose={() => setAsks(null)} />
      </SignDeed>
    );
  }
  return (
    <>
      <main class="page">
        <Button id="list-back" look="text" onPress={onBack}>
          {t(phone.back)}
        </Button>
        <Deed room={room} decision={decision} number={number} />
        {acts && <Others {...{ room, decision, mine }} ask={setAsks} />}
      </main>
      <footer class="foot">
        {decision.signed && mine ? (
          <p class="done" {...testId("signed")}>
            <Icon name="check" />
            {t(phone.signed)}
          </p>
        ) : (
          acts &&
          !decision.owner && (
            <Button
              id="claim"
              look="act"
              wide
              onPress={() => void room.do(commands.claimDecision(decision.id))}
            >
              {t(phone.take)}
            </Button>
          )
        )}
      </footer>
      <AskSheets {...{ room, decision, asks }} onClose={() => setAsks(null)} />
    </>
  );
}

interface OthersProps {
  readonly room: Room;
  readonly decision: Decision;
  readonly mine: boolean;
  readonly ask: (asks: Asks) => void;
}

function Others({ room, decision, mine, ask }: OthersProps) {
  const offer = helpersOf(room, decision.id).find((help) => help.seat === room.seat.value);
  const writes = mine || decision.author === room.seat.value;
  return (
    <div class="duo duo--wrap">
      {!mine && !offer && (
        <Button id="help-open" look="text" onPress={() => ask("help")}>
          {t(phone.offerHelp)}
        </Button>
      )}
      {offer && (
        <Button
          id="help-back"
          look="text"
          onPress={() => void room.do(commands.withdrawHelp(offer.id))}
        >
          {t(phone.helpBack)}
        </Button>
      )}
      {writes && (
        <Button id="decision-edit" look="text" onPress={() => ask("edit")}>
          {t(phone.editDecision)}
        </Button>
      )}
      {mine && (
        <Button id="release-open" look="text" onPress={() => ask("release")}>
          {t(phone.release)}
        </Button>
      )}
    </div>
  );
}

interface AskProps {
  readonly room: Room;
  readonly decision: Decision;
  readonly asks: Asks;
  readonly onClose: () => void;
}

function AskSheets({ room, decision, asks, onClose }: AskProps) {
  if (asks === "edit") return <DecisionForm room={room} decision={decision} onClose={onClose} />;
  if (asks === "help") {
    return (
      <AskLine
        ids={["help-text", "help-send"]}
        title={t(phone.offerHelp)}
        label={t(phone.helpWith)}
        send={t(phone.helpSend)}
        onSend={(text) => void room.do(commands.offerHelp(decision.id), [text])}
        onClose={onClose}
      />
    );
  }
  if (asks === "release") {
    return (
      <AskLine
        ids={["release-text", "release-send"]}
        title={t(phone.release)}
        label={t(phone.releaseWhy)}
        send={t(phone.releaseSend)}
        onSend={(text) => void room.do(commands.releaseDecision(decision.id), [text])}
        onClose={onClose}
      />
    );
  }
  return null;
}
