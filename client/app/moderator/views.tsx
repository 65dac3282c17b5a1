/** What others see now: the stage and a participant's phone, small in the desk and large in a sheet. */
import { lazy } from "../lazy";
import { Button, Sheet } from "../parts";
import phoneSheet from "../styles/phone.css?url";
import resultSheet from "../styles/result.css?url";
import { testId } from "../testids";
import { t } from "../words";
import { desk as words } from "../words/moderator";
import type { Desk } from "./desk";
import { Framed } from "./framed";
import { type Eyes, type Sight, useSight } from "./preview";

const StageView = lazy<Sight>(() => import("../stage/picture").then((module) => module.StageView));
const PhoneView = lazy<Sight & { preview: boolean }>(() =>
  import("../phone/view").then((module) => module.PhoneView),
);

/** A phone of usual size. */
const PHONE = { width: 360, height: 740, sheets: [phoneSheet, resultSheet] };

/** The live picture, as large as its place allows. */
export function View({ desk, eyes }: { desk: Desk; eyes: Eyes }) {
  const sight = useSight(desk.room, eyes);
  const label = t(eyes === "stage" ? words.viewStage : words.viewPhone);
  if (sight === "none") {
    return <p class="soft">{t(eyes === "stage" ? words.noStageLink : words.noPhoneLink)}</p>;
  }
  return (
    <div class={`view view--${eyes}`} role="img" aria-label={label} {...testId(`view-${eyes}`)}>
      {sight && eyes === "stage" && (
        <div class="view__in" inert>
          <StageView {...sight} />
        </div>
      )}
      {sight && eyes === "phone" && (
        <Framed {...PHONE} label={label}>
          <PhoneView {...sight} preview />
        </Framed>
      )}
    </div>
  );
}

export function ViewSheet({ desk, eyes }: { desk: Desk; eyes: Eyes }) {
  const title = t(eyes === "stage" ? words.asStage : words.asPhone);
  return (
    <Sheet title={title} onClose={() => desk.open(null)}>
      <View desk={desk} eyes={eyes} />
      <p class="soft">{t(words.viewLead)}</p>
    </Sheet>
  );
}

/** Both pictures with their buttons: the tablet's and the phone's way to them. */
export function Screens({ desk }: { desk: Desk }) {
  return (
    <div class="screens">
      <section>
        <h3>{t(words.onStageNow)}</h3>
        <View desk={desk} eyes="stage" />
        <Button id="open-stage" onPress={() => desk.open("stage")}>
          {t(words.larger)}
        </Button>
      </section>
      <section>
        <h3>{t(words.onPhoneNow)}</h3>
        <View desk={desk} eyes="phone" />
        <Button id="open-phone" onPress={() => desk.open("phone")}>
          {t(words.larger)}
        </Button>
      </section>
    </div>
  );
}
