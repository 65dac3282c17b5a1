/** Before the beginning: the seat is there, the goal, and how long it takes. */
import { Icon, VoiceMark } from "../icons";
import type { Room } from "../room";
import { steps } from "../select";
import { testId } from "../testids";
import { count, t } from "../words";
import { common } from "../words/common";
import { phone } from "../words/phone";

const MINUTE_MS = 60_000;

export function Lobby({ room }: { room: Room }) {
  const planned = steps(room)
    .filter((step) => step.state !== "skipped")
    .reduce((sum, step) => sum + step.planned_ms, 0);
  const me = room.me.value;
  return (
    <>
      <main class="page lobby" {...testId("lobby")}>
        <p class="lobby__seat">
          <VoiceMark role={room.role.value} />
          {t(phone.you)}
        </p>
        <h1>{t(phone.seatTaken, me?.name ?? "")}</h1>
        <p class="lead-in" role="status">
          {count(phone.atTable, room.present.value.online)}. {t(phone.soon)}.
        </p>
        <ul class="rows">
          {room.facts.value?.goal && (
            <li>
              <Icon name="right" />
              <p>
                <b>{t(phone.goal)}</b> {room.facts.value.goal}
              </p>
            </li>
          )}
          <li>
            <Icon name="clock" />
            <p>{t(phone.lasts, count(common.minutes, Math.round(planned / MINUTE_MS)))}</p>
          </li>
        </ul>
      </main>
      <footer class="foot">
        <p class="quiet">{t(phone.nothingToDo)}</p>
      </footer>
    </>
  );
}
