/** A step that is not theirs: why, when they are called, and what will be asked of them then. */
import { Button } from "../parts";
import type { Room } from "../room";
import { testId } from "../testids";
import type { Step } from "../wire";
import { atTime, both, count, t } from "../words";
import { aside } from "../words/aside";
import { deeds } from "../words/kinds";
import { phone } from "../words/phone";
import { leave } from "./leaving";
import { isInside } from "./person";
import { ahead, endOf, type Planned } from "./plan";
import { Rail } from "./rail";
import { useSecond } from "./second";

const MINUTE_MS = 60_000;
const MOST_TURNS = 4;

export function Wait({ room }: { room: Room; step: Step }) {
  const inside = isInside(room.role.value);
  const name = room.me.value?.name ?? "";
  const now = useSecond(room);
  const plan = ahead(room, now);
  const mine = plan.filter(({ step }) => step.kind !== "");
  return (
    <>
      <main class="page guest" {...testId("wait")}>
        <h1>{named(t(inside ? aside.otherTitle : aside.guestTitle, name))}</h1>
        <p class="lead-in">{t(inside ? aside.otherLead : aside.guestLead)}</p>
        {mine[0] ? <Call room={room} plan={plan} next={mine[0]} now={now} /> : <PartOver />}
        <Turns mine={mine} end={endOf(room, now)} guest={!inside} />
        <OwnWords room={room} />
      </main>
      <footer class="foot">
        {inside ? (
          <p class="quiet">{t(phone.nothingToDo)}</p>
        ) : (
          <div class="duo duo--foot">
            <p class="soft">{t(phone.nothingToDo)}</p>
            <Button id="leave" onPress={() => leave(room)}>
              {t(aside.bye)}
            </Button>
          </div>
        )}
      </footer>
    </>
  );
}

/** "Anna, the team talks"; without a name "The team talks". */
function named(text: string): string {
  const bare = text.replace(/^, /, "");
  return bare.charAt(0).toUpperCase() + bare.slice(1);
}

interface CallProps {
  readonly room: Room;
  readonly plan: readonly Planned[];
  readonly next: Planned;
  readonly now: number;
}

/** When they are called, in words and on a line from now to the end of their next turn. */
function Call({ room, plan, next, now }: CallProps) {
  const minutes = Math.round((next.at_ms - now) / MINUTE_MS);
  const last = plan[plan.length - 1];
  const end = last ? last.at_ms + last.step.planned_ms : next.at_ms;
  const state = room.agenda.value?.state;
  return (
    <section class="when">
      <p class="when__n">{minutes < 1 ? t(aside.callSoon) : t(aside.callAt, atTime(next.at_ms))}</p>
      {minutes >= 1 && (
        <p class="soft">{count(aside.callIn, minutes, both(next.step.name).toLowerCase())}</p>
      )}
      {state !== "running" && <p class="soft">{t(aside.clockStands)}</p>}
      <Rail from={now} to={end} begin={next.at_ms} until={turnEnd(plan, next)} />
    </section>
  );
}

/** When the first run of their steps ends. */
function turnEnd(plan: readonly Planned[], next: Planned): number {
  const after = plan.slice(plan.indexOf(next));
  const away = after.find(({ step }) => step.kind === "");
  const last = after[after.length - 1] ?? next;
  return away ? away.at_ms : last.at_ms + last.step.planned_ms;
}

function PartOver() {
  return (
    <section class="when">
      <p class="when__n">{t(aside.partOver)}</p>
      <p class="soft">{t(aside.partOverLead)}</p>
    </section>
  );
}

function Turns({ mine, end, guest }: { mine: readonly Planned[]; end: number; guest: boolean }) {
  if (mine.length === 0) return null;
  return (
    <ul class="turns">
      {mine.slice(0, MOST_TURNS).map(({ step, at_ms }) => (
        <li key={step.id}>
          <span class="num">{atTime(at_ms)}</span>
          <p>
            <b>{both(step.name)}</b>
            <span class="soft">{t(deeds[step.kind] ?? ["", ""])}</span>
          </p>
        </li>
      ))}
      {guest && end > 0 && (
        <li class="rest-of">
          <span class="num">{atTime(end)}</span>
          <p>{t(aside.restOver)}</p>
        </li>
      )}
    </ul>
  );
}

const MOST_WORDS = 3;

/** What this person has said so far, in the face of words that somebody stands behind. */
function OwnWords({ room }: { room: Room }) {
  const seat = room.seat.value;
  const shown = room.replica.room.all("card").filter((card) => seat && card.author === seat);
  const texts = [...room.replica.own.all("card"), ...shown].map((card) => card.text);
  const mine = texts.filter((text) => text !== null).slice(-MOST_WORDS);
  if (mine.length === 0) return null;
  return (
    <blockquote class="quote">
      {mine.map((text, n) => (
        <p key={n} dir="auto">
          {text}
        </p>
      ))}
      <span class="soft">{t(aside.yourWords)}</span>
    </blockquote>
  );
}
