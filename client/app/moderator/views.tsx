/** What others see now: the stage and a participant's phone, small in the desk and large in a sheet. */
import { useState } from "preact/hooks";
import { lazy } from "../lazy";
import { Button, Sheet } from "../parts";
import phoneSheet from "../styles/phone.css?url";
import resultSheet from "../styles/result.css?url";
import { testId } from "../testids";
import { ROLE } from "../wire";
import { t } from "../words";
import { desk as words } from "../words/moderator";
import type { Desk } from "./desk";
import { Framed } from "./framed";

import { type Eyes, type Sight, usePhoneRoles, useSight } from "./preview";
import { roleName } from "./role-name";

const StageView = lazy<Sight>(() => import("../stage/picture").then((module) => module.StageView));
const PhoneView = lazy<Sight & { preview: boolean }>(() =>
  import("../phone/view").then((module) => module.PhoneView),
);

/** A phone of usual size. */
const PHONE = { width: 360, height: 740, sheets: [phoneSheet, resultSheet] };

/** The live picture, as large as its place allows. */
export function View({ desk, eyes }: { desk: Desk; eyes: Eyes }) {
  const sight = useSight(desk.room, eyes);
  const kind = eyes === "stage" ? "stage" : "phone";
  const label = t(kind === "stage" ? words.viewStage : words.viewPhone);
  if (sight === "none") {
    return <p class="soft">{t(kind === "stage" ? words.noStageLink : words.noPhoneLink)}</p>;
  }
  return (
    <div class={`view view--${kind}`} role="img" aria-label={label} {...testId(`view-${kind}`)}>
      {sight && kind === "stage" && (
        <div class="view__in" inert>
          <StageView {...sight} />
        </div>
      )}
      {sight && kind === "phone" && (
        <Framed {...PHONE} label={label}>
          <PhoneView {...sight} preview />
        </Framed>
      )}
    </div>
  );
}

export function StageSheet({ desk }: { desk: Desk }) {
  return (
    <Sheet title={t(words.asStage)} onClose={() => desk.open(null)}>
      <View desk={desk} eyes="stage" />
      <p class="soft">{t(words.viewLead)}</p>
    </Sheet>
  );
}

/** A phone of any role that has a link: what a guest sees differs from what staff see. */
export function PhoneSheet({ desk }: { desk: Desk }) {
  const [eyes, setEyes] = useState<Eyes>("phone");
  const roles = usePhoneRoles(desk.room);
  const shown = eyes === "phone" ? (roles.find((role) => role & ROLE.member) ?? roles[0]) : eyes;
  return (
    <Sheet title={t(words.asPhone)} onClose={() => desk.open(null)}>
      {roles.length > 1 && (
        <fieldset class="chips" aria-label={t(words.whoseEyes)}>
          {roles.map((role) => (
            <button
              key={role}
              type="button"
              class="chip"
              aria-pressed={role === shown}
              onClick={() => setEyes(role)}
              {...testId(`eyes-${role}`)}
            >
              {roleName(role)}
            </button>
          ))}
        </fieldset>
      )}
      <View key={eyes} desk={desk} eyes={eyes} />
      <p class="soft">{t(words.viewLead)}</p>
    </Sheet>
  );
}

/** Both pictures with their buttons: the tablet's and the phone's way to them. */
export function Screens({ desk }: { desk: Desk }) {
  return (
    <div class="screens">
      <section>
        <h2>{t(words.onStageNow)}</h2>
        <View desk={desk} eyes="stage" />
        <Button id="open-stage" onPress={() => desk.open("stage")}>
          {t(words.larger)}
        </Button>
      </section>
      <section>
        <h2>{t(words.onPhoneNow)}</h2>
        <View desk={desk} eyes="phone" />
        <Button id="open-phone" onPress={() => desk.open("phone")}>
          {t(words.larger)}
        </Button>
      </section>
    </div>
  );
}
