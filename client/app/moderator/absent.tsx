/** Asking somebody who could not come to own a decision: a name, and a link for that person alone. */
import { useState } from "preact/hooks";
import { fetchPersonal, type PersonalLink } from "../links";
import { Button, Field } from "../parts";
import { testId } from "../testids";
import { commands, type Decision, LIMIT, ROLE } from "../wire";
import { atTime, type Lang, lang, onDay, t } from "../words";
import { roleNames } from "../words/common";
import { desk as words } from "../words/moderator";
import type { Desk } from "./desk";
import { absentLetter } from "./invite";
import { LetterSheet } from "./letter";

const DAYS = [7, 14, 30];
const DAY_MS = 86_400_000;
const ROLES = [ROLE.member, ROLE.lead, ROLE.partner];

interface Props {
  readonly desk: Desk;
  readonly decision: Decision;
}

export function AskAbsent({ desk, decision, onDone }: Props & { onDone: () => void }) {
  const [name, setName] = useState("");
  const [role, setRole] = useState<number>(ROLE.member);
  const [days, setDays] = useState(14);
  const ask = () => {
    const text = t(words.absentAsked, name.trim());
    void desk.act(commands.askAbsent(decision.id, role, days), { text }, [name.trim()]);
    onDone();
  };
  return (
    <section class="absent">
      <h3>{t(words.absent)}</h3>
      <p class="soft">{t(words.absentLead)}</p>
      <Field
        id="absent-name"
        label={t(words.absentName)}
        most={LIMIT.name}
        value={name}
        onText={setName}
      />
      <Chips
        label={t(words.absentRole)}
        options={ROLES.map((one) => [one, t(roleNames[one] ?? ["", ""])] as const)}
        value={role}
        onChoose={setRole}
      />
      <Chips
        label={t(words.absentDays)}
        options={DAYS.map((one) => [one, String(one)] as const)}
        value={days}
        onChoose={setDays}
      />
      <Button id="absent-send" wide off={!name.trim()} onPress={ask}>
        {t(words.absentSend)}
      </Button>
    </section>
  );
}

interface ChipsProps {
  readonly label: string;
  readonly options: readonly (readonly [number, string])[];
  readonly value: number;
  readonly onChoose: (value: number) => void;
}

function Chips({ label, options, value, onChoose }: ChipsProps) {
  return (
    <fieldset class="minutes">
      <legend>{label}</legend>
      {options.map(([one, name]) => (
        <button
          key={one}
          type="button"
          class="chip"
          aria-pressed={value === one}
          onClick={() => onChoose(one)}
        >
          {name}
        </button>
      ))}
    </fieldset>
  );
}

/** Whose signature a decision waits for, and that person's link. */
export function Awaited({ desk, decision }: Props) {
  const [link, setLink] = useState<PersonalLink | null>(null);
  const [failed, setFailed] = useState(false);
  const absent = desk.room.replica.room.one("absent", decision.id);
  if (!absent) return null;
  const show = () => {
    setFailed(false);
    fetchPersonal(desk.room, decision.id)
      .then((found) => (found ? setLink(found) : setFailed(true)))
      .catch(() => setFailed(true));
  };
  const write = (language: Lang) =>
    link ? absentLetter(desk.room, link, { what: decision.what ?? "", until }, language) : "";
  const until = untilText(absent.until_ms);
  return (
    <div class="awaited" {...testId("awaited")}>
      <p>{t(words.absentUntil, absent.name ?? "", until)}</p>
      <Button id="absent-link" onPress={show}>
        {t(words.absentLink)}
      </Button>
      {failed && (
        <p class="warn" role="alert">
          {t(words.linksFailed)}
        </p>
      )}
      {link && (
        <LetterSheet
          title={t(words.letterFor, absent.name ?? "")}
          write={write}
          onClose={() => setLink(null)}
        />
      )}
    </div>
  );
}

/** "9 декабря, 18:00" */
function untilText(ms: number): string {
  void lang.value;
  const offset_ms = new Date(ms).getTimezoneOffset() * 60_000;
  return `${onDay(Math.floor((ms - offset_ms) / DAY_MS))}, ${atTime(ms)}`;
}
