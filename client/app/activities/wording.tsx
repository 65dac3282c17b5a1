/**
 * The form for a decision's words. They are a draft until the server has them; where somebody else
 * has changed the wording meanwhile, both versions are shown and the person decides.
 */
import { useEffect, useRef, useState } from "preact/hooks";
import { Button, Field, Sheet } from "../parts";
import type { Room } from "../room";
import { type Command, commands, type Decision, LIMIT, type RefusalCode } from "../wire";
import { onDay, refusal, t } from "../words";
import { common } from "../words/common";
import { deeds } from "../words/decisions";
import { dayOf, dayText, proposedDay, today } from "./days";
import { sourceText } from "./source";

/** The key of drafts for a decision that is not there yet: they outlive the step they began in. */
export const NEW = 0;
const PARTS = ["what", "result", "measure", "assumption"] as const;
const LATER_PARTS = ["result", "measure", "assumption"] as const;
type Part = (typeof PARTS)[number] | "due";
export type Wording = Readonly<Record<Part, string>>;

export interface Theme {
  readonly id: number;
  readonly text: string;
}

interface Props {
  readonly room: Room;
  /** The decision to be reworded; a new one if there is none. */
  readonly decision?: Decision;
  /** What a new decision answers. */
  readonly from?: Theme;
  readonly onClose: () => void;
}

export function wordingOf(decision: Decision): Wording {
  const { what, result, measure, assumption } = decision;
  return {
    what: what ?? "",
    result: result ?? "",
    measure: measure ?? "",
    assumption: assumption ?? "",
    due: dayText(decision.due),
  };
}

function emptyWording(room: Room): Wording {
  const within = room.replica.room.one("drafting", room.step.value?.id ?? 0)?.due_within_days ?? 0;
  const due = dayText(proposedDay(room.clock.now(), within));
  return { what: "", result: "", measure: "", assumption: "", due };
}

function forgetDraft(room: Room, about: number): void {
  for (const part of [...PARTS, "due", "from"]) room.drafts.set(about, `d-${part}`, "");
}

export const forgetNew = (room: Room): void => forgetDraft(room, NEW);

/** The words of the form, each kept as a draft from the first letter on. */
function useWording(room: Room, decision: Decision | undefined) {
  const about = decision?.id ?? NEW;
  const start = decision ? wordingOf(decision) : emptyWording(room);
  const [wording, setWording] = useState<Wording>(() => {
    const kept = (part: Part) => room.drafts.get(about, `d-${part}`) || start[part];
    return {
      what: kept("what"),
      result: kept("result"),
      measure: kept("measure"),
      assumption: kept("assumption"),
      due: kept("due"),
    };
  });
  const type = (part: Part, text: string) => {
    setWording((before) => ({ ...before, [part]: text }));
    room.drafts.set(about, `d-${part}`, text);
    room.typing();
  };
  const forget = () => forgetDraft(room, about);
  return { wording, setWording, type, forget };
}

const same = (a: Wording, b: Wording) =>
  PARTS.every((part) => a[part] === b[part]) && a.due === b.due;

/** What a new decision answers: the theme just tapped, or the one it was begun from. */
function useSource(room: Room, from: Theme | undefined): Theme | null {
  useEffect(() => {
    const goesOn = room.drafts.get(NEW, "d-what") !== "";
    if (from || !goesOn) room.drafts.set(NEW, "d-from", from ? String(from.id) : "");
  }, []);
  if (from) return from;
  const id = Number(room.drafts.get(NEW, "d-from"));
  return id ? { id, text: sourceText(room, id) } : null;
}

export function DecisionForm({ room, decision, from, onClose }: Props) {
  const source = useSource(room, from);
  const { wording, type, forget, theirs, takeTheirs } = useMeeting(room, decision);
  const { busy, problem, save } = useSaving(room, forget, onClose);
  const send = () => {
    const due = dayOf(wording.due);
    const command = decision
      ? commands.editDecision(decision.id, decision.version, due)
      : commands.proposeDecision(due, source ? [source.id] : []);
    void save(command, wordsOf(wording));
  };
  return (
    <Sheet title={t(decision ? deeds.edit : deeds.propose)} onClose={onClose}>
      {!decision && source && <p class="lead-in">{`${t(deeds.from)}: ${source.text}`}</p>}
      {decision?.signed && <p class="lead-in">{t(deeds.voids)}</p>}
      {theirs && <Theirs decision={theirs} onTake={takeTheirs} />}
      <Fields room={room} wording={wording} type={type} />
      {problem && <Problem code={problem} />}
      {busy && <SavingNote room={room} />}
      <Button id="propose-send" look="act" wide off={busy || !wording.what.trim()} onPress={send}>
        {busy ? t(deeds.saving) : t(decision ? common.save : deeds.proposeSend)}
      </Button>
    </Sheet>
  );
}

const wordsOf = (wording: Wording) => PARTS.map((part) => wording[part].trim());

/** One's own words and those that somebody else has saved meanwhile: `theirs`, where they meet. */
function useMeeting(room: Room, decision: Decision | undefined) {
  const [read, setRead] = useState(decision);
  const { wording, setWording, type, forget } = useWording(room, decision);
  const changed = decision !== undefined && decision.version !== read?.version;
  const untouched = read !== undefined && same(wording, wordingOf(read));
  const takeTheirs = () => {
    if (!decision) return;
    forget();
    setWording(wordingOf(decision));
    setRead(decision);
  };
  useEffect(() => {
    if (changed && untouched) takeTheirs(); // nothing was typed: simply show the new wording
  }, [decision?.version]);
  const theirs = changed && !untouched ? decision : null;
  return { wording, type, forget, theirs, takeTheirs };
}

function Problem({ code }: { code: RefusalCode }) {
  return (
    <p class="field__err" role="alert">
      {t(deeds.notSaved)} {refusal(code)}
    </p>
  );
}

/** Whether the form is still open. */
function useHere(): { readonly current: boolean } {
  const here = useRef(true);
  useEffect(
    () => () => {
      here.current = false;
    },
    [],
  );
  return here;
}

/** Sends words and waits for the answer; refused words stay in the form, not in the outbox. */
function useSaving(room: Room, forget: () => void, onClose: () => void) {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<RefusalCode | null>(null);
  const here = useHere();
  const save = async (command: Command, words: readonly string[]) => {
    setBusy(true);
    setProblem(null);
    const answer = await room.do(command, words);
    if (answer.ok) forget();
    if (!here.current) return;
    if (answer.ok) return onClose();
    for (const one of room.outbox.returned.peek()) {
      if (one.command === command) room.outbox.forget(one);
    }
    setBusy(false);
    setProblem(answer.code);
  };
  return { busy, problem, save };
}

function SavingNote({ room }: { room: Room }) {
  if (room.socket.link.value.state === "online") return null;
  return (
    <p class="lead-in" role="status">
      {t(deeds.savedLocally)}
    </p>
  );
}

function Theirs({ decision, onTake }: { decision: Decision; onTake: () => void }) {
  return (
    <section class="knock" role="alert">
      <p>
        <b>{t(deeds.changed, decision.version)}</b>
      </p>
      <p class="word">{decision.what}</p>
      <p class="soft">{t(deeds.changedLead)}</p>
      <Button id="take-theirs" look="text" onPress={onTake}>
        {t(deeds.takeTheirs)}
      </Button>
    </section>
  );
}

interface FieldsProps {
  readonly room: Room;
  readonly wording: Wording;
  readonly type: (part: Part, text: string) => void;
}

function Fields({ room, wording, type }: FieldsProps) {
  return (
    <>
      <Field
        id="propose-what"
        label={t(common.what)}
        hint={t(deeds.whatHint)}
        rows={3}
        most={LIMIT.wording}
        value={wording.what}
        onText={(text) => type("what", text)}
      />
      {LATER_PARTS.map((part) => (
        <Field
          key={part}
          id={`propose-${part}`}
          label={t(common[part])}
          rows={2}
          most={LIMIT.term}
          value={wording[part]}
          onText={(text) => type(part, text)}
        />
      ))}
      <Due room={room} text={wording.due} onText={(text) => type("due", text)} />
    </>
  );
}

function Due({ room, text, onText }: { room: Room; text: string; onText: (text: string) => void }) {
  const now = today(room.clock.now());
  const within = room.replica.room.one("drafting", room.step.value?.id ?? 0)?.due_within_days ?? 0;
  const far = within > 0 && dayOf(text) > now + within;
  return (
    <>
      <Field
        id="propose-due"
        label={t(common.due)}
        type="date"
        most={10}
        min={dayText(now)}
        value={text}
        onText={onText}
      />
      {far && (
        <p class="warn" role="status">
          {t(deeds.farDate, onDay(now + within))}
        </p>
      )}
    </>
  );
}
