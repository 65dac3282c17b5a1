/** Tokens, marks, buttons, fields and choices. */
import { Icon, type IconName, VoiceMark } from "../icons";
import { Button, Choice, Field, Languages, Tick } from "../parts";
import { Departments, NameField, Places, Roles } from "../phone/person";
import { Signature } from "../signature";
import { ROLE } from "../wire";
import { t } from "../words";
import { shown } from "../words/components";
import { roomIn, say } from "./samples";
import * as sayings from "./sayings";
import { One, Row } from "./specimen";

const PAPER = ["paper", "sheet", "sunk", "hair", "edge", "ink-3", "ink-2", "ink", "act"];
const VOICES = [
  "sign",
  "v-staff",
  "v-lead",
  "v-customer",
  "v-partner",
  "v-expert",
  "t-warn",
  "t-end",
];
const SIZES = [1, 2, 3, 4, 5, 6];
const ROLES = [ROLE.member, ROLE.lead, ROLE.customer, ROLE.partner, ROLE.expert];
const ICONS: readonly IconName[] = [
  ...(["check", "plus", "minus", "cross", "up", "right", "left", "down", "clock", "ring"] as const),
  ...(["pen", "people", "screen", "phone", "copy", "hand", "pause", "play", "lock"] as const),
  ...([
    "clap",
    "thumb",
    "think",
    "list",
    "more",
    "spot",
    "search",
    "link",
    "print",
    "day",
  ] as const),
];
const nothing = () => {};

function Swatches({ names }: { names: readonly string[] }) {
  return (
    <ul class="show__row">
      {names.map((name) => (
        <li key={name} class="show__colour">
          <i style={{ background: `var(--${name})` }} />
          <code>{name}</code>
        </li>
      ))}
    </ul>
  );
}

export function Tokens() {
  return (
    <>
      <One name={shown.paper}>
        <Swatches names={PAPER} />
      </One>
      <One name={shown.voices}>
        <Swatches names={VOICES} />
      </One>
      <One name={shown.sizes}>
        {SIZES.map((size) => (
          <p key={size} style={{ fontSize: `var(--f-${size})`, lineHeight: 1.25 }}>
            {size}. {say(sayings.TITLE)}
          </p>
        ))}
      </One>
    </>
  );
}

export function Marks() {
  return (
    <>
      <One name={shown.shapes}>
        <Row>
          {[...ROLES, 0].map((role) => (
            <VoiceMark key={role} role={role} />
          ))}
          {ROLES.map((role) => (
            <VoiceMark key={role} role={role} open />
          ))}
        </Row>
      </One>
      <One name={shown.icons}>
        <Row>
          {ICONS.map((name) => (
            <Icon key={name} name={name} />
          ))}
        </Row>
      </One>
      <One name={shown.autographs}>
        <Row>
          {sayings.NAMES.map((name) => (
            <div key={name[1]} class="show__stroke">
              <Signature name={say(name)} />
            </div>
          ))}
        </Row>
      </One>
    </>
  );
}

export function Buttons() {
  return (
    <>
      <One name={shown.main}>
        <Row>
          <Button id="next" look="act" onPress={nothing}>
            {t(shown.save)}
          </Button>
          <Button id="next" look="act" off onPress={nothing}>
            {t(shown.save)}
          </Button>
        </Row>
        <Button id="next" look="act" wide onPress={nothing}>
          <Icon name="hand" />
          {t(shown.save)}
        </Button>
      </One>
      <One name={shown.others}>
        <Row>
          <Button id="next">{t(shown.cancel)}</Button>
          <Button id="next" off>
            {t(shown.cancel)}
          </Button>
          <Button id="next" look="text">
            {t(shown.cancel)}
          </Button>
          <Button id="next" look="bare" label={t(shown.cancel)}>
            <Icon name="cross" />
          </Button>
        </Row>
      </One>
      <One name={shown.ticks}>
        <Row>
          <Tick id="done" on={false} onPress={nothing}>
            {t(shown.ticks)}
          </Tick>
          <Tick id="done" on onPress={nothing}>
            {t(shown.ticks)}
          </Tick>
        </Row>
      </One>
    </>
  );
}

export function Fields() {
  const name = { id: "join-name" as const, onName: nothing };
  const idea = { id: "idea-text" as const, most: 400, onText: nothing, label: t(shown.hint) };
  return (
    <>
      <One name={shown.empty}>
        <NameField {...name} name="" problem="" />
        <Field {...idea} value="" hint={t(shown.hint)} rows={2} />
      </One>
      <One name={shown.filled}>
        <NameField {...name} name={say(sayings.NAMES[2])} problem="" />
        <NameField {...name} name=" " problem={t(shown.needed)} />
        <Field {...idea} value={say(sayings.LONG)} rows={4} />
      </One>
    </>
  );
}

export function Choices() {
  const room = roomIn({ kind: "ideate" });
  return (
    <>
      <Languages />
      <Places place="onsite" onPlace={nothing} />
      <Roles
        roles={ROLE.member | ROLE.lead | ROLE.expert}
        role={ROLE.lead}
        problem=""
        onRole={nothing}
      />
      <Departments room={room} department={2} onDepartment={nothing} named="" onNamed={nothing} />
      <fieldset class="lanes">
        <Choice id="idea-lane-0" on icon="plus" onPress={nothing}>
          {say(sayings.THEMES[0])}
        </Choice>
        <Choice id="idea-lane-1" on={false} icon="minus" onPress={nothing}>
          {say(sayings.THEMES[1])}
        </Choice>
      </fieldset>
    </>
  );
}
