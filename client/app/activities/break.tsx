/** A break: when we go on, and nothing else. */
import { atTime, both, t } from "../words";
import { phone } from "../words/phone";
import type { ActivityProps } from "./activity";

export function Break({ step }: ActivityProps) {
  return (
    <>
      <main class="page">
        <h1 class="ask ask--big">{both(step.name) || t(phone.breakTitle)}</h1>
        {step.deadline_ms > 0 && (
          <p class="until">{t(phone.breakUntil, atTime(step.deadline_ms))}</p>
        )}
        <p class="lead-in">{both(step.prompt)}</p>
      </main>
      <footer class="foot">
        <p class="quiet">{t(phone.nothingToDo)}</p>
      </footer>
    </>
  );
}
