/** A briefing: what the moderator says, in short. */
import { Ask } from "../parts";
import { both, t } from "../words";
import { phone } from "../words/phone";
import type { ActivityProps } from "./activity";

export function Brief({ room, step }: ActivityProps) {
  return (
    <>
      <main class="page">
        <Ask big text={both(step.prompt) || both(step.name)} />
        {room.facts.value?.goal && (
          <p class="lead-in">
            <b>{t(phone.goal)}</b> {room.facts.value.goal}
          </p>
        )}
      </main>
      <footer class="foot">
        <p class="quiet">{t(phone.listen)}</p>
      </footer>
    </>
  );
}
