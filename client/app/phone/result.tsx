/** The result: so far, over everything else, and after the end as the page itself. */
import { Icon } from "../icons";
import { useDialog } from "../parts";
import { ResultPage } from "../result/later";
import type { Room } from "../room";
import { testId } from "../testids";
import { t } from "../words";
import { aside } from "../words/aside";
import { common } from "../words/common";
import { gate } from "../words/gate";
import { phone } from "../words/phone";
import { PlainTop, Unsent } from "./gate";

/** After the end, for whoever has the link: thanks, and what came of it. */
export function Over({ room }: { room: Room }) {
  const name = room.me.value?.name;
  return (
    <div class="phone" {...testId("over")}>
      <PlainTop room={room} />
      <main class="page">
        <Unsent room={room} lead={gate.unsentLead} />
        <ResultPage room={room} thanks={name ? t(aside.thanksTo, name) : t(phone.thanks)} />
      </main>
    </div>
  );
}

/** While the session runs: what has come of it so far. */
export function Result({ room, onClose }: { room: Room; onClose: () => void }) {
  const dialog = useDialog(onClose);
  return (
    <div
      class="result-over"
      role="dialog"
      aria-modal="true"
      aria-label={t(aside.result)}
      ref={dialog}
    >
      <div class="top">
        <div class="top__row">
          <p class="top__step">{t(aside.result)}</p>
          <button
            type="button"
            class="btn btn--bare"
            aria-label={t(common.close)}
            onClick={onClose}
            {...testId("result-close")}
          >
            <Icon name="cross" />
          </button>
        </div>
        <div class="clock" />
      </div>
      <div class="page">
        <ResultPage room={room} />
      </div>
    </div>
  );
}
