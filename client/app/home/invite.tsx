/** Which roles get a link, and whether names stand under what is written. */
import { Icon } from "../icons";
import { Choice, Tick } from "../parts";
import { testId } from "../testids";
import { both, t } from "../words";
import { home, invited } from "../words/home";
import { pair } from "./ask";
import type { Form, Problems, Template } from "./form";

interface Props {
  readonly form: Form;
  readonly problems: Problems;
  readonly onChange: (change: Partial<Form>) => void;
}

const OUTSIDE = ["customer", "partner", "expert"];

export function Roles({ form, problems, onChange }: Props) {
  const { roles, together } = form;
  const turn = (role: string) =>
    onChange({
      roles: roles.includes(role) ? roles.filter((one) => one !== role) : [...roles, role],
    });
  const outside = OUTSIDE.some((role) => roles.includes(role));
  return (
    <fieldset class="field" {...testId("home-roles")}>
      <legend>{t(home.links)}</legend>
      <p class="note">{t(home.linksLead)}</p>
      <div class="chips">
        {Object.entries(invited).map(([role, name]) => (
          <button
            key={role}
            type="button"
            class="chip"
            aria-pressed={roles.includes(role)}
            onClick={() => turn(role)}
            {...testId(`home-role-${role}`)}
          >
            <Icon name="check" />
            {t(name)}
          </button>
        ))}
      </div>
      {problems.roles && (
        <p class="field__err" role="alert">
          {t(problems.roles)}
        </p>
      )}
      <Tick id="home-together" on={together} onPress={() => onChange({ together: !together })}>
        {t(home.together)}
      </Tick>
      <p class="note" role="status">
        {!outside && roles.length > 0 && t(home.noOutside)}
      </p>
    </fieldset>
  );
}

interface NamesProps {
  readonly form: Form;
  readonly template: Template | undefined;
  readonly onChange: (change: Partial<Form>) => void;
}

export function Names({ form, template, onChange }: NamesProps) {
  const named = form.names === "named";
  return (
    <fieldset class="field">
      <legend>{t(home.names)}</legend>
      <div class="two">
        <Choice id="home-named" on={named} onPress={() => onChange({ names: "named" })}>
          {t(home.named)}
        </Choice>
        <Choice id="home-nameless" on={!named} onPress={() => onChange({ names: "anonymous" })}>
          {t(home.nameless)}
        </Choice>
      </div>
      <p class="note">{template && namesLead(template, named)}</p>
    </fieldset>
  );
}

function namesLead(template: Template, named: boolean): string {
  const steps = template.steps.filter((step) => (named ? step.anonymous : step.hides));
  const list = steps.map((step) => t(home.quoted, both(pair(step.name)))).join(", ");
  if (!steps.length) return t(home.namedAll);
  return t(named ? home.namedLead : home.namelessLead, list);
}
