/** Pieces about decisions: the document, the form for its wording, offers of help. */
import { useState } from "preact/hooks";
import { Button, Field, Sheet } from "../parts";
import type { Room } from "../room";
import { standing } from "../select";
import { Signature } from "../signature";
import { testId } from "../testids";
import { commands, type Decision, LIMIT } from "../wire";
import { atTime, onDay, t } from "../words";
import { common } from "../words/common";
import { phone } from "../words/phone";

const DAY_MS = 86_400_000;

export function helpersOf(room: Room, decision: number) {
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

/** The exact wording, with what belongs to it. */
export function Terms({ room, decision }: { room: Room; decision: Decision }) {
  const helpers = helpersOf(room, decision.id).map(
    (help) => `${help.name ?? ""}: ${help.text ?? ""}`,
  );
  return (
    <dl class="terms">
      <Term name={t(common.result)} value={decision.result} />
      <Term name={t(common.measure)} value={decision.measure} />
      <Term name={t(common.assumption)} value={decision.assumption} />
      <Term name={t(common.due)} value={onDay(decision.due)} />
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
        <b>{who}</b>
        <span>{standing(decision, atTime)}</span>
      </p>
    </div>
  );
}

interface DeedProps {
  readonly room: Room;
  readonly decision: Decision;
  readonly number: number;
  readonly children?: preact.ComponentChildren;
}

export function Deed({ room, decision, number, children }: DeedProps) {
  return (
    <article class={`deed ${decision.signed ? "is-signed" : ""}`} {...testId("decision")}>
      <div class="deed__top">
        <b>{t(common.decision, number)}</b>
        <span>{t(common.version, decision.version)}</span>
      </div>
      <h2 class="deed__word">{decision.what ?? t(common.erased)}</h2>
      <Terms room={room} decision={decision} />
      {(decision.owner > 0 || decision.fate !== "open") && <Owner decision={decision} />}
      {children}
    </article>
  );
}

const dayText = (day: number) => (day ? new Date(day * DAY_MS).toISOString().slice(0, 10) : "");
const dayOf = (text: string) => (text ? Math.floor(Date.parse(text) / DAY_MS) : 0);

const PARTS = ["result", "measure", "assumption"] as const;

interface FormProps {
  readonly room: Room;
  /** The decision to be reworded; a new one if there is none. */
  readonly decision?: Decision;
  readonly onClose: () => void;
}

/** Words of a decision, kept as a draft until they are sent. */
export function DecisionForm({ room, decision, onClose }: FormProps) {
  const step = decision?.id ?? room.step.value?.id ?? 0;
  const [version] = useState(decision?.version ?? 0);
  const before = (part: string) =>
    part === "due" ? dayText(decision?.due ?? 0) : String(decision?.[part as "what"] ?? "");
  const text = (part: string) => room.drafts.get(step, `d-${part}`) || before(part);
  const type = (part: string) => (value: string) => {
    room.drafts.set(step, `d-${part}`, value);
    room.typing();
  };
  const send = () => {
    const words = ["what", ...PARTS].map((part) => text(part).trim());
    const due = dayOf(text("due"));
    const command = decision
      ? commands.editDecision(decision.id, version, due)
      : commands.proposeDecision(due, []);
    void room.do(command, words);
    for (const part of ["what", ...PARTS, "due"]) room.drafts.set(step, `d-${part}`, "");
    onClose();
  };
  return (
    <Sheet title={t(decision ? phone.editDecision : phone.propose)} onClose={onClose}>
      {decision?.signed && <p class="lead-in">{t(phone.voids)}</p>}
      <Field
        id="propose-what"
        label={t(common.what)}
        hint={t(phone.whatHint)}
        rows={3}
        most={LIMIT.wording}
        value={text("what")}
        onText={type("what")}
      />
      {PARTS.map((part) => (
        <Field
          key={part}
          id={`propose-${part}`}
          label={t(common[part])}
          rows={2}
          most={LIMIT.term}
          value={text(part)}
          onText={type(part)}
        />
      ))}
      <Field
        id="propose-due"
        label={t(common.due)}
        type="date"
        most={10}
        min={dayText(Math.floor(room.clock.now() / DAY_MS))}
        value={text("due")}
        onText={type("due")}
      />
      <Button id="propose-send" look="act" wide off={!text("what").trim()} onPress={send}>
        {t(decision ? common.save : phone.proposeSend)}
      </Button>
    </Sheet>
  );
}

interface AskProps {
  readonly ids: readonly ["help-text" | "release-text", "help-send" | "release-send"];
  readonly title: string;
  readonly label: string;
  readonly send: string;
  readonly onSend: (text: string) => void;
  readonly onClose: () => void;
}

/** A sheet that asks for one line. */
export function AskLine({ ids, title, label, send, onSend, onClose }: AskProps) {
  const [text, setText] = useState("");
  return (
    <Sheet title={title} onClose={onClose}>
      <Field id={ids[0]} label={label} rows={2} most={LIMIT.help} value={text} onText={setText} />
      <Button
        id={ids[1]}
        look="act"
        wide
        off={!text.trim()}
        onPress={() => {
          onSend(text.trim());
          onClose();
        }}
      >
        {send}
      </Button>
    </Sheet>
  );
}
