/** The sheets over an opened decision. */
import type { Room } from "../room";
import { commands, type Decision } from "../wire";
import { t } from "../words";
import { deeds } from "../words/decisions";
import { AskLine } from "./decisions";
import { HandOver } from "./handover";
import { DecisionForm } from "./wording";

export type Asks = "help" | "release" | "edit" | "hand" | null;

interface Props {
  readonly room: Room;
  readonly decision: Decision;
  readonly asks: Asks;
  readonly onClose: () => void;
}

export function AskSheets({ room, decision, asks, onClose }: Props) {
  if (asks === "edit") return <DecisionForm {...{ room, decision, onClose }} />;
  if (asks === "hand") return <HandOver {...{ room, decision, onClose }} />;
  if (asks === "help") return <Help {...{ room, decision, onClose }} />;
  if (asks === "release") return <Release {...{ room, decision, onClose }} />;
  return null;
}

type SheetProps = Omit<Props, "asks">;

function Help({ room, decision, onClose }: SheetProps) {
  const owner = decision.owner_name;
  return (
    <AskLine
      {...{ room, onClose }}
      kept={`help${decision.id}`}
      ids={["help-text", "help-send"]}
      title={t(deeds.help)}
      lead={owner ? t(deeds.hasOwner, owner) : ""}
      label={t(deeds.helpWith)}
      send={t(deeds.helpSend)}
      onSend={(text) => void room.do(commands.offerHelp(decision.id), [text])}
    />
  );
}

function Release({ room, decision, onClose }: SheetProps) {
  return (
    <AskLine
      {...{ room, onClose }}
      kept={`release${decision.id}`}
      ids={["release-text", "release-send"]}
      title={t(deeds.release)}
      lead={t(deeds.releaseLead)}
      label={t(deeds.releaseWhy)}
      send={t(deeds.releaseSend)}
      onSend={(text) => void room.do(commands.releaseDecision(decision.id), [text])}
    />
  );
}
