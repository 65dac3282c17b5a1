/** Time in detail: minutes of one's own for the step, the time bank, the promised end. */
import { signal } from "@preact/signals";
import { Button, Sheet } from "../parts";
import { steps } from "../select";
import { device } from "../store";
import type { TestId } from "../testids";
import { commands } from "../wire";
import { atTime, count, t } from "../words";
import { common } from "../words/common";
import { desk as words } from "../words/moderator";
import type { Controls } from "./controls";
import type { Desk } from "./desk";
import { MinutesField, minutesFrom } from "./minutes";
import { finishOf, MINUTE_MS } from "./plan";

const KEY = "oneroom:minutes";
const USUAL = 3;

/** The facilitator's own number of minutes, remembered on the device. */
const own = signal(minutesFrom(device.get(KEY) ?? "") || USUAL);

function remember(minutes: number): void {
  own.value = minutes;
  device.set(KEY, String(minutes));
}

export function Time({ desk, controls }: { desk: Desk; controls: Controls }) {
  const close = () => desk.open(null);
  const n = own.value;
  const extend = (minutes: number) => {
    close();
    void controls.extend(minutes);
  };
  return (
    <Sheet title={t(words.time)} onClose={close}>
      {controls.state === "lobby" || controls.state === "over" ? (
        <p class="soft">{t(words.timeLater)}</p>
      ) : (
        <>
          <MinutesField value={n} onMinutes={remember} />
          <div class="duo duo--deeds">
            <Button id="minus-own" off={!controls.canTake || n < 1} onPress={() => extend(-n)}>
              {t(words.takeMinutes, count(common.minutes, n))}
            </Button>
            <Button
              id="plus-own"
              look="act"
              off={!controls.canGive || n < 1}
              onPress={() => extend(n)}
            >
              {t(words.giveMinutes, count(common.minutes, n))}
            </Button>
          </div>
          <PromisedEnd desk={desk} />
        </>
      )}
    </Sheet>
  );
}

const MOVES: readonly (readonly [TestId, number])[] = [
  ["end-minus5", -5],
  ["end-plus5", 5],
  ["end-plus15", 15],
];

/** Moving the promised end is done in everybody's sight, and never by itself. */
function PromisedEnd({ desk }: { desk: Desk }) {
  const { room } = desk;
  const now = room.clock.ticking.value;
  const { promised_ms, projected_ms, bank } = finishOf(room.agenda.value, steps(room), now);
  return (
    <section class="ends">
      <h2>{t(words.promisedEnd)}</h2>
      <p>
        <b class="num">{atTime(promised_ms)}</b>
        {t(words.projectedAt, atTime(projected_ms))},{" "}
        {bank < 0 ? t(words.lateBy, -bank) : t(words.bankOf, bank)}
      </p>
      <p class="soft">{t(words.bankLead)}</p>
      <fieldset class="duo duo--deeds" aria-label={t(words.moveEnd)}>
        {MOVES.map(([id, minutes]) => (
          <Button
            key={id}
            id={id}
            off={!desk.online.value}
            onPress={() => void desk.act(commands.moveEnd(minutes * MINUTE_MS))}
          >
            {minutes < 0 ? `−${-minutes}` : `+${minutes}`} {t(words.minute)}
          </Button>
        ))}
      </fieldset>
      <p class="soft">{t(words.moveEndLead)}</p>
    </section>
  );
}
