/** One decision opened: its wording, and what this person may do with it. */
import { useState } from "preact/hooks";
import { Icon } from "../icons";
import { Button } from "../parts";
import type { Room } from "../room";
import { testId } from "../testids";
import { commands, type Decision, type Step } from "../wire";
import { t } from "../words";
import { deeds } from "../words/decisions";
import { Deed, helpersOf } from "./decisions";
import { HandingNote } from "./handover";
import { History } from "./history";
import { AskSheets, type Asks } from "./one-sheets";
import { closedWhy } from "./rest";
import { SignDeed } from "./sign";

interface Props {
  readonly room: Room;
  readonly step: Step;
  readonly decision: Decision;
  readonly acts: boolean;
  readonly number: number;
  readonly of: number;
  readonly onBack: () => void;
}

interface Shown extends Props {
  readonly ask: (asks: Asks) => void;
}

export function One(props: Props) {
  const { room, decision, acts } = props;
  const [asks, ask] = useState<Asks>(null);
  const me = room.seat.value;
  const mine = decision.owner !== 0 && decision.owner === me;
  const handed = room.replica.room.one("handover", decision.id)?.seat === me;
  const signs = acts && ((mine && !decision.signed) || handed);
  return (
    <>
      {signs ? <ToSign {...{ ...props, ask, handed }} /> : <ToRead {...{ ...props, ask, mine }} />}
      <AskSheets {...{ room, decision, asks }} onClose={() => ask(null)} />
    </>
  );
}

function ToSign(props: Shown & { handed: boolean }) {
  const { room, decision, handed, onBack, ask, number, of } = props;
  const { id, version, digest } = decision;
  const back = (
    <Button id="list-back" look="text" onPress={onBack}>
      {t(deeds.notNow)}
    </Button>
  );
  return (
    <SignDeed
      {...{ room, decision, number, of, back }}
      command={
        handed ? commands.takeOver(id, version, digest) : commands.signDecision(id, version, digest)
      }
      more={handed ? null : <OwnersWays {...props} ask={ask} />}
    />
  );
}

/** What the owner may do besides signing. */
function OwnersWays({ room, decision, ask }: Pick<Shown, "room" | "decision" | "ask">) {
  const helped = helpersOf(room, decision.id).length > 0;
  return (
    <div class="duo duo--wrap">
      <Button id="decision-edit" look="text" onPress={() => ask("edit")}>
        {t(deeds.edit)}
      </Button>
      {helped && (
        <Button id="hand-open" look="text" onPress={() => ask("hand")}>
          {t(deeds.handOver)}
        </Button>
      )}
      <Button id="release-open" look="text" onPress={() => ask("release")}>
        {t(deeds.release)}
      </Button>
    </div>
  );
}

function ToRead(props: Shown & { mine: boolean }) {
  const { room, decision, acts, mine, number, of, onBack, ask } = props;
  const writes = acts && !mine && decision.author === room.seat.value;
  return (
    <>
      <main class="page page--deed">
        <h1 class="sr">{t(deeds.numbered, number, of)}</h1>
        <Deed {...{ room, decision, number, of }} />
        {mine && <HandingNote room={room} decision={decision} />}
        {acts && mine && <OwnersWays {...{ room, decision, ask }} />}
        {writes && (
          <Button id="decision-edit" look="text" onPress={() => ask("edit")}>
            {t(deeds.edit)}
          </Button>
        )}
        <History room={room} decision={decision} />
      </main>
      <footer class="foot foot--bare">
        <div class="duo">
          <Button id="list-back" look="text" onPress={onBack}>
            {t(deeds.toList)}
          </Button>
          {acts && !mine && decision.fate === "open" && <HelpText {...props} />}
        </div>
        <Main {...props} />
      </footer>
    </>
  );
}

const offerOf = (room: Room, decision: Decision) =>
  helpersOf(room, decision.id).find((help) => help.seat === room.seat.value);

/** Help beside the main action; where there is an owner, help is the main action. */
function HelpText({ room, decision, ask }: Shown) {
  const offer = offerOf(room, decision);
  if (offer) {
    return (
      <Button
        id="help-back"
        look="text"
        onPress={() => void room.do(commands.withdrawHelp(offer.id))}
      >
        {t(deeds.helpBack)}
      </Button>
    );
  }
  if (decision.owner) return null;
  return (
    <Button id="help-open" look="text" onPress={() => ask("help")}>
      {t(deeds.help)}
    </Button>
  );
}

function Main(props: Shown & { mine: boolean }) {
  const { room, step, decision, acts, mine, ask } = props;
  if (mine && decision.signed) {
    return (
      <p class="done" {...testId("signed")}>
        <Icon name="check" />
        {t(deeds.done)}
      </p>
    );
  }
  if (decision.fate !== "open") {
    return <p class="quiet">{t(decision.fate === "awaiting" ? deeds.waits : deeds.offTable)}</p>;
  }
  if (!acts) return <p class="quiet">{t(closedWhy(room, step) ?? deeds.offTable)}</p>;
  if (!decision.owner) return <Take {...props} />;
  if (offerOf(room, decision)) return <p class="quiet">{t(deeds.helping)}</p>;
  return (
    <Button id="help-open" look="act" wide onPress={() => ask("help")}>
      {t(deeds.help)}
    </Button>
  );
}

/** Taking it; who comes a moment too late is asked to help instead. */
function Take({ room, decision, ask }: Shown) {
  const going = room.outbox.entries.value.some(
    ({ command }) => command[0] === "claim_decision" && command[1] === decision.id,
  );
  const take = async () => {
    const answer = await room.do(commands.claimDecision(decision.id));
    if (answer.ok || answer.code !== "already_claimed") return;
    room.refusal.value = null;
    ask("help");
  };
  return (
    <Button id="claim" look="act" wide off={going} onPress={() => void take()}>
      {going && <i class="spool" />}
      {t(going ? deeds.taking : deeds.take)}
    </Button>
  );
}
