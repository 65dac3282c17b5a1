/** Pieces about decisions: the document, its terms, its owner, what happened to it. */
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { Button, Field, Sheet } from "../parts";
import type { Room } from "../room";
import { standing } from "../select";
import { Signature } from "../signature";
import { type TestId, testId } from "../testids";
import { type Decision, type Help, LIMIT } from "../wire";
import { atTime, onDay, t } from "../words";
import { common } from "../words/common";
import { deeds } from "../words/decisions";
import { sourceText } from "./source";

export { DecisionForm } from "./wording";

export function helpersOf(room: Room, decision: number): readonly Help[] {
  return room.replica.room.all("help").filter((help) => help.decision === decision);
}

function Term({ name, value }: { name: string; value: string | null }) {
  if (!value) return null;
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}

const helpText = (help: Help): string => [help.name, help.text].filter(Boolean).join(": ");

/** The exact wording, with what belongs to it. */
export function Terms({ room, decision }: { room: Room; decision: Decision }) {
  const helpers = helpersOf(room, decision.id).map(helpText);
  const sources = decision.sources.map((id) => sourceText(room, id)).filter(Boolean);
  return (
    <dl class="terms">
      <Term name={t(common.result)} value={decision.result} />
      <Term name={t(common.measure)} value={decision.measure} />
      <Term name={t(common.assumption)} value={decision.assumption} />
      <Term name={t(common.due)} value={onDay(decision.due)} />
      <Term name={t(deeds.from)} value={sources.join("; ")} />
      <Term name={t(common.helpers)} value={helpers.join("; ")} />
      <Term name={t(common.givenBack)} value={decision.owner ? null : decision.reason} />
    </dl>
  );
}

export function Owner({ decision }: { decision: Decision }) {
  const who = [decision.owner_name, decision.department].filter(Boolean).join(", ");
  return (
    <div class="autograph">
      <div class="autograph__line">
        {decision.signed && <Signature name={decision.owner_name ?? ""} />}
      </div>
      <p class="autograph__who">
        <b>{who || t(deeds.whoTakes)}</b>
        <span>{who ? standing(decision, atTime) : ""}</span>
      </p>
    </div>
  );
}

interface DeedProps {
  readonly room: Room;
  readonly decision: Decision;
  readonly number: number;
  /** How many there are. */
  readonly of?: number;
  readonly children?: ComponentChildren;
}

function title(number: number, of = 0): string {
  if (!number) return t(deeds.aDecision);
  return of ? t(deeds.numbered, number, of) : t(common.decision, number);
}

export function DeedTop({ decision, number, of }: Omit<DeedProps, "room" | "children">) {
  return (
    <div class="deed__top">
      <b>{title(number, of)}</b>
      <span>{decision.signed ? t(deeds.signed) : t(common.version, decision.version)}</span>
    </div>
  );
}

export function Deed({ room, decision, number, of = 0, children }: DeedProps) {
  return (
    <article class={`deed ${decision.signed ? "is-signed" : ""}`} {...testId("decision")}>
      <DeedTop {...{ decision, number, of }} />
      <h2 class="deed__word">{decision.what ?? t(common.erased)}</h2>
      <Terms room={room} decision={decision} />
      {(decision.owner > 0 || decision.fate !== "open") && <Owner decision={decision} />}
      {children}
    </article>
  );
}

interface AskProps {
  readonly room: Room;
  /** The key of its draft. */
  readonly kept: string;
  readonly ids: readonly [text: TestId, send: TestId];
  readonly title: string;
  readonly lead?: string;
  readonly label: string;
  readonly send: string;
  readonly onSend: (text: string) => void;
  readonly onClose: () => void;
}

/** A sheet that asks for one line, kept as a draft until it is sent. */
export function AskLine(props: AskProps) {
  const { room, kept, ids, title, lead, label, send, onSend, onClose } = props;
  const [text, setText] = useState(room.drafts.get(0, kept));
  const type = (next: string) => {
    setText(next);
    room.drafts.set(0, kept, next);
  };
  const submit = () => {
    room.drafts.set(0, kept, "");
    onSend(text.trim());
    onClose();
  };
  return (
    <Sheet title={title} onClose={onClose}>
      {lead && <p class="lead-in">{lead}</p>}
      <Field id={ids[0]} label={label} rows={2} most={LIMIT.help} value={text} onText={type} />
      <Button id={ids[1]} look="act" wide off={!text.trim()} onPress={submit}>
        {send}
      </Button>
    </Sheet>
  );
}
