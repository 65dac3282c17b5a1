/** Choosing a template: when to use it, and its agenda as a bar and a list. */
import { Icon } from "../icons";
import { testId } from "../testids";
import { both, t } from "../words";
import { home } from "../words/home";
import { pair } from "./ask";
import type { Template } from "./form";

interface Props {
  readonly list: readonly Template[];
  readonly chosen: Template | undefined;
  readonly onChoose: (id: string) => void;
}

export function Templates({ list, chosen, onChoose }: Props) {
  return (
    <fieldset class="tpls" aria-label={t(home.template)}>
      {list.map((template) => (
        <button
          key={template.id}
          type="button"
          class="tpl"
          aria-pressed={template === chosen}
          onClick={() => onChoose(template.id)}
          {...testId("home-template")}
        >
          <span class="m num">
            {template.minutes}
            <i class="sr"> {t(home.min)}</i>
          </span>
          <span>
            <b>{both(pair(template.name))}</b>
            <span>{both(pair(template.when))}</span>
            <PeopleOf template={template} />
          </span>
          <Icon name="check" />
        </button>
      ))}
    </fieldset>
  );
}

function PeopleOf({ template }: { template: Template }) {
  const { min, max, best } = template.people;
  return <span class="num">{t(home.templateFor, min, max, best)}</span>;
}

const clock = (minutes: number) =>
  `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, "0")}`;

/** The agenda: every step as long as it lasts, then by name. */
export function Agenda({ template }: { template: Template }) {
  const label = t(home.plan, String(template.minutes));
  return (
    <div class="agenda-of">
      <div class="strip" role="img" aria-label={label}>
        {template.steps.map((step, place) => (
          <i
            key={String(place)}
            class={step.kind === "break" ? "rest" : ""}
            style={{ "--m": step.minutes }}
          />
        ))}
      </div>
      <p class="strip-t num" aria-hidden="true">
        <span>0:00</span>
        <span>{clock(template.minutes)}</span>
      </p>
      <ol class="parts">
        {template.steps.map((step, place) => (
          <li key={String(place)}>
            <span>{both(pair(step.name))}</span>
            <span class="num">{step.minutes}</span>
          </li>
        ))}
      </ol>
    </div>
  );
}
