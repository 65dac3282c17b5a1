/** Whatever lies over the desk: one sheet at a time. */
import { Sheet } from "../parts";
import { t } from "../words";
import { desk as words } from "../words/moderator";
import { Plan } from "./agenda";
import { CloseSheet } from "./close";
import type { Controls } from "./controls";
import type { Desk } from "./desk";
import { Everybody } from "./everybody";
import { Menu } from "./head";
import { Insert } from "./insert";
import { KeyList } from "./keys";
import { Links } from "./links";
import { NameSheet } from "./name";
import { People } from "./people";
import { ResultSheet } from "./result";
import { Time } from "./time";
import { PhoneSheet, Screens, StageSheet } from "./views";

export function Sheets({ desk, controls }: { desk: Desk; controls: Controls }) {
  const close = () => desk.open(null);
  switch (desk.sheet.value) {
    case "links":
      return <Links desk={desk} />;
    case "close":
      return <CloseSheet desk={desk} />;
    case "keys":
      return <KeyList desk={desk} />;
    case "time":
      return <Time desk={desk} controls={controls} />;
    case "insert":
      return <Insert desk={desk} />;
    case "name":
      return <NameSheet desk={desk} />;
    case "result":
      return <ResultSheet desk={desk} />;
    case "menu":
      return <Menu desk={desk} />;
    case "everybody":
      return <Everybody desk={desk} />;
    case "stage":
      return <StageSheet desk={desk} />;
    case "phone":
      return <PhoneSheet desk={desk} />;
    case "plan":
      return (
        <Sheet title={t(words.planShort)} onClose={close}>
          <Plan desk={desk} />
        </Sheet>
      );
    case "people":
      return (
        <Sheet title={t(words.people)} onClose={close}>
          <People desk={desk} />
        </Sheet>
      );
    case "screen":
      return (
        <Sheet title={t(words.screen)} onClose={close}>
          <Screens desk={desk} />
        </Sheet>
      );
    default:
      return null;
  }
}
