/** What others see now: the stage and a participant's phone, small in the desk and large in a sheet. */
import golos from "@fontsource-variable/golos-text/index.css?url";
import literata from "@fontsource-variable/literata/index.css?url";
import type { ComponentType } from "preact";
import { lazy } from "../lazy";
import { Button, Sheet } from "../parts";
import phoneSheet from "../styles/phone.css?url";
import stageSheet from "../styles/stage.css?url";
import { testId } from "../testids";
import { t } from "../words";
import { desk as words } from "../words/moderator";
import type { Desk } from "./desk";
import { Framed, type FrameProps } from "./framed";
import { type Eyes, type Sight, useSight } from "./preview";

const StageView: ComponentType<Sight> = lazy(() =>
  import("../stage/picture").then((module) => module.StageView),
);
const PhoneView: ComponentType<Sight & { preview: boolean }> = lazy(() =>
  import("../phone/view").then((module) => module.PhoneView),
);

const FRAMES: Readonly<Record<Eyes, Omit<FrameProps, "label" | "children">>> = {
  stage: {
    width: 1920,
    height: 1080,
    sheets: [golos, literata, stageSheet],
    root: "stage",
    theme: "dark",
  },
  phone: { width: 360, height: 740, sheets: [phoneSheet], root: "" },
};

/** The live picture, as large as its place allows. */
export function View({ desk, eyes }: { desk: Desk; eyes: Eyes }) {
  const sight = useSight(desk.room, eyes);
  const label = t(eyes === "stage" ? words.viewStage : words.viewPhone);
  if (sight === "none") {
    return <p class="soft">{t(eyes === "stage" ? words.noStageLink : words.noPhoneLink)}</p>;
  }
  return (
    <div class={`view view--${eyes}`} {...testId(`view-${eyes}`)}>
      {sight && (
        <Framed {...FRAMES[eyes]} label={label}>
          {eyes === "stage" ? <StageView {...sight} /> : <PhoneView {...sight} preview />}
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
