/** A step that is not theirs: gently, with the clock and when they are called again. */
import type { Room } from "../room";
import { steps } from "../select";
import { testId } from "../testids";
import type { Step } from "../wire";
import { atTime, both, t } from "../words";
import { phone } from "../words/phone";

export function Wait({ room, step }: { room: Room; step: Step }) {
  const all = steps(room);
  const ahead = all.slice(all.indexOf(step) + 1).filter((one) => one.state === "ahead");
  const place = ahead.findIndex((one) => one.kind !== "");
  const next = ahead[place];
  const before = ahead.slice(0, Math.max(0, place)).reduce((sum, one) => sum + one.planned_ms, 0);
  const calls = (step.deadline_ms || room.clock.now()) + before;
  return (
    <>
      <main class="page guest" {...testId("wait")}>
        <h1>{t(phone.waitTitle)}</h1>
        <p class="lead-in">{t(phone.waitLead)}</p>
        {next && (
          <section class="when">
            <p class="when__n">{t(phone.callAt, atTime(calls))}</p>
            <p class="soft">
              {t(phone.nextForYou)}: {both(next.name)}
            </p>
          </section>
        )}
      </main>
      <footer class="foot">
        <p class="quiet">{t(phone.nothingToDo)}</p>
      </footer>
    </>
  );
}
