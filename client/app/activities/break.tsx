/** A break: when we go on, and nothing else. */
import { atTime, both, t } from "../words";
import { phone } from "../words/phone";
import { steps } from "../words/steps";
import type { ActivityProps } from "./activity";
import { Quiet } from "./rest";

export function Break({ step }: ActivityProps) {
  const runs = step.deadline_ms > 0 && step.input;
  return (
    <>
      <main class="page">
        <h1 class="ask ask--big">{both(step.name) || t(steps.breakTitle)}</h1>
        <p class="until" role="status">
          {runs ? t(phone.breakUntil, atTime(step.deadline_ms)) : t(steps.untilModerator)}
        </p>
        <p class="lead-in">{both(step.prompt)}</p>
      </main>
      <Quiet say={phone.nothingToDo} />
    </>
  );
}
