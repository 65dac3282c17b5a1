/** A briefing: what the moderator says, in short. */
import { Ask } from "../parts";
import { Reactions } from "../phone/reactions";
import { both, t } from "../words";
import { steps } from "../words/steps";
import type { ActivityProps } from "./activity";

export function Brief({ room, step }: ActivityProps) {
  const goal = room.facts.value?.goal;
  return (
    <>
      <main class="page">
        <Ask big text={both(step.prompt) || both(step.name)} />
        {goal && (
          <section class="goal">
            <h2>{t(steps.goal)}</h2>
            <p>{goal}</p>
          </section>
        )}
      </main>
      <footer class="foot foot--react">
        <p class="soft">{t(steps.listen)}</p>
        <Reactions room={room} step={step} />
      </footer>
    </>
  );
}
