/** What an organiser fills in to make a room, and what is still missing. */
import type { Both } from "../result/data";
import type { Lang, Pair } from "../words";
import { home } from "../words/home";

export interface TemplateStep {
  readonly name: Both;
  readonly kind: string;
  readonly minutes: number;
  /** Its authors can be hidden. */
  readonly hides: boolean;
  /** Its authors are always hidden. */
  readonly anonymous: boolean;
}

export interface Template {
  readonly id: string;
  readonly name: Both;
  readonly when: Both;
  readonly minutes: number;
  readonly people: { readonly min: number; readonly best: number; readonly max: number };
  readonly links: readonly string[];
  readonly steps: readonly TemplateStep[];
}

export interface Department {
  readonly name: string;
  /** It never meets customers. */
  readonly internal: boolean;
}

export interface Form {
  readonly template: string;
  readonly goal: string;
  readonly title: string;
  readonly lang: Lang;
  /** A local day and time of day, as inputs hold them; empty for no date. */
  readonly day: string;
  readonly time: string;
  readonly names: "named" | "anonymous";
  readonly departments: readonly Department[];
  /** Roles of participants that get a link. */
  readonly roles: readonly string[];
  /** One link for all of them; each chooses a role on joining. */
  readonly together: boolean;
  readonly key: string;
}

export type Problems = Partial<Record<keyof Form, Pair>>;

const HOUR_MS = 3_600_000;
const two = (n: number) => String(n).padStart(2, "0");

/** Today, at the next full hour. */
export function emptyForm(lang: Lang, now: Date): Form {
  const next = new Date(Math.ceil((now.getTime() + 1) / HOUR_MS) * HOUR_MS);
  return {
    template: "",
    goal: "",
    title: "",
    lang,
    day: `${next.getFullYear()}-${two(next.getMonth() + 1)}-${two(next.getDate())}`,
    time: `${two(next.getHours())}:00`,
    names: "named",
    departments: [],
    roles: ["member", "lead", "customer"],
    together: false,
    key: "",
  };
}

export function problemsOf(form: Form): Problems {
  const problems: { -readonly [name in keyof Form]?: Pair } = {};
  if (!form.goal.trim()) problems.goal = home.noGoal;
  if (!form.roles.length) problems.roles = home.noRoles;
  if (form.day && !form.time) problems.time = home.noTime;
  if (!form.key.trim()) problems.key = home.noKey;
  return problems;
}

/** The planned beginning on this device's clock, in milliseconds; 0 for none. */
export function startsMs(form: Form): number {
  return (form.day && form.time && new Date(`${form.day}T${form.time}`).getTime()) || 0;
}

const HOSTS = ["cofacilitator"];

/** The links to be made: "facilitator", "stage", then one a role or one for all. */
export function linksOf({ roles, together }: Form): readonly string[] {
  const hosts = roles.filter((role) => HOSTS.includes(role));
  const people = roles.filter((role) => !HOSTS.includes(role));
  const joined = together && people.length > 1 ? [people.join("+")] : people;
  return ["facilitator", "stage", ...hosts, ...joined];
}

/** The question to the server. */
export function bodyOf(form: Form, template: Template): object {
  const { goal, lang, names, departments, key } = form;
  const own = form.title.trim();
  return {
    template: template.id,
    title: own || template.name[lang],
    goal: goal.trim(),
    lang,
    names,
    departments,
    key: key.trim(),
    starts_ms: startsMs(form),
    links: linksOf(form),
  };
}

const LONGEST = 80;
const MOST = 60;

/** Departments with more of them from a text, one a line or after commas; none stands twice. */
export function withDepartments(
  known: readonly Department[],
  text: string,
  internal: boolean,
): readonly Department[] {
  const found = [...known];
  for (const part of text.split(/[\n,;]/)) {
    const name = part.trim().slice(0, LONGEST);
    const same = (one: Department) => one.name.toLowerCase() === name.toLowerCase();
    if (name && !found.some(same) && found.length < MOST) found.push({ name, internal });
  }
  return found;
}
