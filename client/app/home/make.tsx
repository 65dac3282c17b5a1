/** Making a room: a template, a goal, and who is invited. */
import { useEffect, useRef, useState } from "preact/hooks";
import { Button, Choice, Field } from "../parts";
import { both, type Lang, lang, t } from "../words";
import { home } from "../words/home";
import { ask, pair, type Refusal } from "./ask";
import { Departments } from "./departments";
import {
  bodyOf,
  emptyForm,
  type Form,
  type Problems,
  problemsOf,
  startsMs,
  type Template,
} from "./form";
import { Names, Roles } from "./invite";
import { Key, keepKey, keptKey } from "./key";
import { keepRoom } from "./rooms";
import { Agenda, Templates } from "./templates";

interface Link {
  readonly role: string;
  readonly url: string;
}

interface Made {
  readonly code: string;
  readonly links: readonly Link[];
}

interface Props {
  readonly onMade: (code: string) => void;
}

export function Make({ onMade }: Props) {
  const [templates, missing, load] = useTemplates();
  const [form, setForm] = useState(() => firstForm());
  const [keep, setKeep] = useState(() => keptKey() !== "");
  const [problems, setProblems] = useState<Problems>({});
  const [refused, setRefused] = useState<Refusal | null>(null);
  const [busy, setBusy] = useState(false);
  const sheet = useRef<HTMLFormElement>(null);
  const template = templates.find((one) => one.id === form.template) ?? templates[0];
  const change = (some: Partial<Form>) => {
    setForm((before) => ({ ...before, ...some }));
    setProblems((before) => without(before, Object.keys(some)));
    setRefused(null);
  };
  const send = async () => {
    const found = problemsOf(form);
    setProblems(found);
    if (!template) return;
    if (Object.keys(found).length) return toFirstProblem(sheet.current);
    setBusy(true);
    try {
      onMade(await create(form, template, keep));
    } catch (why) {
      setRefused(why as Refusal);
      toFirstProblem(sheet.current);
    }
    setBusy(false);
  };
  const keyProblem = problems.key ?? null;
  const wrongKey = refused?.code === "wrong_key" ? refused.message : "";
  return (
    <form
      class="make"
      ref={sheet}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <section class="make__l">
        <h1>{t(home.new)}</h1>
        <Templates list={templates} chosen={template} onChoose={(id) => change({ template: id })} />
        {missing && <NoTemplates why={missing} onAgain={load} />}
      </section>
      <section class="make__r">{template && <Agenda template={template} />}</section>
      <section class="make__l">
        <About form={form} template={template} problems={problems} onChange={change} />
        <Names form={form} template={template} onChange={change} />
      </section>
      <section class="make__r">
        <Departments list={form.departments} onList={(departments) => change({ departments })} />
        <Roles form={form} problems={problems} onChange={change} />
      </section>
      <section class="make__go">
        <Key
          value={form.key}
          kept={keptKey() !== "" && keptKey() === form.key}
          keep={keep}
          problem={keyProblem ? t(keyProblem) : wrongKey}
          onText={(key) => change({ key })}
          onKeep={setKeep}
          onForget={() => {
            keepKey("", false);
            setKeep(false);
            change({ key: "" });
          }}
        />
        <div class="go">
          <Button id="home-create" look="act" submit off={busy}>
            {t(busy ? home.creating : home.create)}
          </Button>
          {refused && !wrongKey && (
            <p class="field__err" role="alert">
              {refused.message}
            </p>
          )}
        </div>
      </section>
    </form>
  );
}

function firstForm(): Form {
  return { ...emptyForm(lang.peek(), new Date()), key: keptKey() };
}

function without(problems: Problems, names: readonly string[]): Problems {
  const left = Object.entries(problems).filter(([name]) => !names.includes(name));
  return Object.fromEntries(left);
}

/** After the page has shown what is wrong, the cursor goes to the first of it. */
function toFirstProblem(form: HTMLFormElement | null): void {
  setTimeout(() => {
    const wrong = form?.querySelector<HTMLElement>(
      "[aria-invalid=true], .field:has(> .field__err) button",
    );
    wrong?.focus();
    wrong?.scrollIntoView({ block: "center" });
  });
}

/** Has the server make the room, and keeps it on this device. Returns its code. */
async function create(form: Form, template: Template, keep: boolean): Promise<string> {
  const body = bodyOf(form, template);
  const made = await ask<Made>("/api/rooms", body);
  keepKey(form.key.trim(), keep);
  const desk = made.links.find((link) => link.role === "facilitator");
  const token = desk?.url.split("#")[1] ?? "";
  const title = form.title.trim() || template.name[form.lang];
  keepRoom({ code: made.code, token, title, starts_ms: startsMs(form) });
  return made.code;
}

/** The templates of this server; why there are none; and asking again. */
function useTemplates(): [readonly Template[], string, () => void] {
  const [templates, setTemplates] = useState<readonly Template[]>([]);
  const [missing, setMissing] = useState("");
  const load = () => {
    setMissing("");
    ask<readonly Template[]>("/api/templates").then(
      (list) => setTemplates([...list].sort((a, b) => b.minutes - a.minutes)),
      (why: Error) => setMissing(why.message),
    );
  };
  useEffect(load, []);
  return [templates, missing, load];
}

function NoTemplates({ why, onAgain }: { why: string; onAgain: () => void }) {
  return (
    <div class="field__err" role="alert">
      <p>{t(home.noTemplates, why)}</p>
      <Button id="home-again" look="text" onPress={onAgain}>
        {t(home.again)}
      </Button>
    </div>
  );
}

interface AboutProps {
  readonly form: Form;
  readonly template: Template | undefined;
  readonly problems: Problems;
  readonly onChange: (change: Partial<Form>) => void;
}

function About({ form, template, problems, onChange }: AboutProps) {
  const name = template ? both(pair(template.name)) : "";
  return (
    <>
      <Field
        id="home-goal"
        label={t(home.goal)}
        hint={t(home.goalHint)}
        rows={2}
        most={600}
        value={form.goal}
        {...(problems.goal && { problem: t(problems.goal) })}
        onText={(goal) => onChange({ goal })}
      />
      <Field
        id="home-title"
        label={t(home.name)}
        hint={name}
        most={120}
        value={form.title}
        onText={(title) => onChange({ title })}
      />
      <When form={form} problems={problems} onChange={onChange} />
      <fieldset class="field">
        <legend>{t(home.language)}</legend>
        <div class="two">
          <LangChoice of="ru" form={form} onChange={onChange} />
          <LangChoice of="en" form={form} onChange={onChange} />
        </div>
      </fieldset>
    </>
  );
}

const LANGS: Record<Lang, string> = { ru: "Русский", en: "English" };

interface LangProps {
  readonly of: Lang;
  readonly form: Form;
  readonly onChange: (change: Partial<Form>) => void;
}

function LangChoice({ of, form, onChange }: LangProps) {
  return (
    <Choice id={`home-lang-${of}`} on={form.lang === of} onPress={() => onChange({ lang: of })}>
      <span lang={of}>{LANGS[of]}</span>
    </Choice>
  );
}

interface WhenProps {
  readonly form: Form;
  readonly problems: Problems;
  readonly onChange: (change: Partial<Form>) => void;
}

function When({ form, problems, onChange }: WhenProps) {
  return (
    <div class="day-time">
      <Field
        id="home-day"
        label={t(home.day)}
        type="date"
        most={10}
        value={form.day}
        onText={(day) => onChange({ day })}
      />
      <Field
        id="home-time"
        label={t(home.time)}
        type="time"
        most={5}
        value={form.time}
        {...(problems.time && { problem: t(problems.time) })}
        onText={(time) => onChange({ time })}
      />
    </div>
  );
}
