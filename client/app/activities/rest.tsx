/** What a foot says when there is nothing to press, so that nobody wonders whether it is broken. */
import type { ComponentChildren } from "preact";
import { Tick } from "../parts";
import { Reactions } from "../phone/reactions";
import type { Room } from "../room";
import { mayAct } from "../select";
import type { Step } from "../wire";
import { type Pair, t } from "../words";
import { phone } from "../words/phone";
import { steps } from "../words/steps";

/** Why this person can give nothing now; null while she can. */
export function closedWhy(room: Room, step: Step, who = step.who): Pair | null {
  if (!mayAct(room, step) || (who & room.role.value) === 0) return steps.watchOnly;
  if (step.input) return null;
  return room.agenda.value?.state === "waiting" ? steps.timeUpWait : steps.inputEnded;
}

/** One quiet line in the foot. */
export function Quiet({ say }: { say: Pair }) {
  return (
    <footer class="foot">
      <p class="quiet">{t(say)}</p>
    </footer>
  );
}

/** "I am done", which everybody may take back. */
export function DoneTick({ room, say = phone.done }: { room: Room; say?: Pair }) {
  return (
    <Tick id="done" on={room.done.value} onPress={() => room.setDone(!room.done.value)}>
      {t(say)}
    </Tick>
  );
}

interface DoneProps {
  readonly room: Room;
  readonly step: Step;
  readonly say?: Pair;
  readonly children?: ComponentChildren;
}

/** A foot with "I am done" and what stands above it; quiet for whoever may not act. */
export function DoneFoot({ room, step, say, children }: DoneProps) {
  const why = closedWhy(room, step);
  return (
    <footer class="foot">
      {children}
      {why ? (
        <p class="quiet">{t(why)}</p>
      ) : (
        <div class="foot--react">
          <Reactions room={room} step={step} />
          <DoneTick room={room} {...(say && { say })} />
        </div>
      )}
    </footer>
  );
}

/** Where the clock stands still, what that means for whoever is at work. */
export function pausedSays(room: Room): Pair | null {
  return room.agenda.value?.state === "paused" ? steps.pausedGoOn : null;
}
