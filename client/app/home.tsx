/** Home: an organiser makes a room from a template and gets its links. */
import "@fontsource-variable/golos-text";
import { render } from "preact";
import { useEffect, useState } from "preact/hooks";
import { Icon } from "./icons";
import type { RoleName } from "./links";
import { Button, Choice, copyText, Field, Languages } from "./parts";
import "./styles/home.css";
import { testId } from "./testids";
import { ROLE } from "./wire";
import { type Lang, lang, type Pair, t } from "./words";
import { common, roleNames } from "./words/common";
import { home } from "./words/home";

interface Template {
  readonly id: string;
  readonly name: { readonly ru: string; readonly en: string };
  readonly minutes: number;
}

interface Made {
  readonly code: string;
  readonly links: readonly { readonly id: number; readonly role: RoleName; readonly url: string }[];
}

const pair = (text: { ru: string; en: string }): Pair => [text.ru, text.en];

/** Asks the server; throws a sentence for the person where it says no. */
async function ask<T>(path: string, body?: object): Promise<T> {
  const options = body && {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  };
  const answer = await fetch(path, options).catch(() => null);
  if (answer?.ok) return answer.json() as Promise<T>;
  const said = await answer?.json().catch(() => null);
  throw new Error(said?.message ? t(pair(said.message)) : t(home.failed));
}

function departmentsOf(text: string) {
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter(Boolean)
    .map((line) => ({ name: line.replace(/\s*\*$/, ""), internal: line.endsWith("*") }));
}

function Home() {
  const [made, setMade] = useState<Made | null>(null);
  return (
    <>
      <header class="desk__top">
        <b>Oneroom</b>
        <span class="grow" />
        <Languages />
      </header>
      <main>{made ? <Ready made={made} /> : <Make onMade={setMade} />}</main>
    </>
  );
}

function Make({ onMade }: { onMade: (made: Made) => void }) {
  const [templates, setTemplates] = useState<readonly Template[]>([]);
  const [form, setForm] = useState({ key: "", template: "", title: "", goal: "", departments: "" });
  const [language, setLanguage] = useState<Lang>(lang.peek());
  const [problem, setProblem] = useState("");
  const [busy, setBusy] = useState(false);
  const set = (name: keyof typeof form) => (text: string) => setForm({ ...form, [name]: text });
  useEffect(() => {
    ask<readonly Template[]>("/api/templates")
      .then((list) => {
        setTemplates(list);
        setForm((before) => ({ ...before, template: list[0]?.id ?? "" }));
      })
      .catch((why: Error) => setProblem(why.message));
  }, []);
  const create = async () => {
    setBusy(true);
    setProblem("");
    const departments = departmentsOf(form.departments);
    try {
      onMade(await ask<Made>("/api/rooms", { ...form, departments, lang: language }));
    } catch (why) {
      setProblem((why as Error).message);
    }
    setBusy(false);
  };
  return (
    <form
      class="make"
      onSubmit={(event) => {
        event.preventDefault();
        void create();
      }}
    >
      <section class="make__l">
        <h1>{t(home.title)}</h1>
        <p class="soft">{t(home.lead)}</p>
        <Field
          id="home-title"
          label={t(home.name)}
          most={120}
          value={form.title}
          onText={set("title")}
        />
        <Field
          id="home-goal"
          label={t(home.goal)}
          rows={2}
          most={600}
          value={form.goal}
          onText={set("goal")}
        />
        <Field
          id="home-departments"
          label={t(home.departments)}
          hint={t(home.departmentsHint)}
          rows={5}
          most={8000}
          value={form.departments}
          onText={set("departments")}
        />
        <fieldset class="field" aria-label={t(home.language)}>
          <span>{t(home.language)}</span>
          <div class="two">
            <Choice id="home-lang-ru" on={language === "ru"} onPress={() => setLanguage("ru")}>
              Русский
            </Choice>
            <Choice id="home-lang-en" on={language === "en"} onPress={() => setLanguage("en")}>
              English
            </Choice>
          </div>
        </fieldset>
      </section>
      <section class="make__r">
        <Templates list={templates} chosen={form.template} onChoose={set("template")} />
        <Field
          id="home-key"
          label={t(home.key)}
          type="password"
          most={200}
          value={form.key}
          onText={set("key")}
        />
        {problem && (
          <p class="field__err" role="alert">
            {problem}
          </p>
        )}
        <div class="go">
          <Button id="home-create" look="act" submit off={busy || !form.key || !form.title.trim()}>
            {t(busy ? home.creating : home.create)}
          </Button>
        </div>
      </section>
    </form>
  );
}

interface TemplatesProps {
  readonly list: readonly Template[];
  readonly chosen: string;
  readonly onChoose: (id: string) => void;
}

function Templates({ list, chosen, onChoose }: TemplatesProps) {
  return (
    <fieldset aria-label={t(home.template)}>
      {list.map((template) => (
        <button
          key={template.id}
          type="button"
          class="tpl"
          aria-pressed={template.id === chosen}
          onClick={() => onChoose(template.id)}
          {...testId("home-template")}
        >
          <span class="m num">{template.minutes}</span>
          <span>
            <b>{t(pair(template.name))}</b>
          </span>
          <Icon name="check" />
        </button>
      ))}
    </fieldset>
  );
}

function Ready({ made }: { made: Made }) {
  return (
    <section class="ready">
      <h1>{t(home.created, made.code)}</h1>
      <p class="soft">{t(home.createdLead)}</p>
      <ul>
        {made.links.map((link) => (
          <Row key={link.id} role={link.role} url={link.url} />
        ))}
      </ul>
    </section>
  );
}

function Row({ role, url }: { role: RoleName; url: string }) {
  const [copied, setCopied] = useState(false);
  const name = t(roleNames[ROLE[role]] ?? common.room);
  return (
    <li>
      <b>{name}</b>
      <input readOnly value={url} aria-label={name} onFocus={(e) => e.currentTarget.select()} />
      <Button id="home-copy" onPress={() => void copyText(url).then(setCopied)}>
        {t(copied ? home.copied : home.copy)}
      </Button>
      <a class="btn" href={url} target="_blank" rel="noopener noreferrer" {...testId("home-link")}>
        {t(home.open)}
      </a>
    </li>
  );
}

const place = document.getElementById("app");
if (place) {
  place.textContent = "";
  render(<Home />, place);
}
