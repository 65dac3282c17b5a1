/** For whoever comes late, once: where we are, what is decided, what to do now. */
import type { ComponentChildren } from "preact";
import { asTime } from "../clock";
import { Button } from "../parts";
import type { Room } from "../room";
import { decisions, mayAct, placeOf, shownCards, steps } from "../select";
import { testId } from "../testids";
import type { Timing } from "../timing";
import type { Step } from "../wire";
import { both, t } from "../words";
import { aside } from "../words/aside";
import { common } from "../words/common";
import { deeds } from "../words/kinds";
import { caughtUp } from "./late";

const SHORT_S = 60;

interface Props {
  readonly room: Room;
  readonly timing: Timing;
  readonly step: Step;
}

export function CatchUp({ room, timing, step }: Props) {
  const short = isShort(room, timing, step);
  return (
    <>
      <main class="page catch-up" {...testId("catch-up")}>
        <h1>{t(aside.welcome, room.me.value?.name ?? "")}</h1>
        <dl class="briefly">
          <Line title={t(aside.here)}>
            {whereWeAre(room, step)} <Left timing={timing} />
          </Line>
          <Line title={t(aside.decided)}>{whatIsDecided(room)}</Line>
          <Line title={t(aside.nowYou)}>
            {short ? t(aside.oneIdea) : `${whatToDo(room, step)}.`}
          </Line>
        </dl>
      </main>
      <footer class="foot">
        <Button id="caught-up" look="act" wide onPress={() => caughtUp(room)}>
          {t(short ? aside.beginOne : aside.begin)}
        </Button>
      </footer>
    </>
  );
}

function Line({ title, children }: { title: string; children: ComponentChildren }) {
  return (
    <div>
      <dt>{title}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Left({ timing }: { timing: Timing }) {
  const seconds = timing.seconds.value;
  return seconds ? <>{t(common.left, asTime(seconds))}.</> : null;
}

/** Writing that is nearly over: there is time for one idea, not for a look aside. */
function isShort(room: Room, timing: Timing, step: Step): boolean {
  const seconds = timing.seconds.value ?? 0;
  return step.kind === "ideate" && mayAct(room, step) && seconds > 0 && seconds < SHORT_S;
}

function whereWeAre(room: Room, step: Step): string {
  const [place, all] = [placeOf(room, step), steps(room).length];
  return step.kind
    ? t(aside.hereLead, place, all, both(step.name))
    : t(aside.elsewhere, place, all);
}

function whatIsDecided(room: Room): string {
  const made = decisions(room).filter((decision) => decision.fate === "open");
  const signed = made.filter((decision) => decision.signed).length;
  if (made.length) return t(aside.decidedLead, made.length, signed);
  const themes = room.replica.room.all("group").length;
  if (themes) return t(aside.themesSoFar, themes);
  const cards = shownCards(room).length;
  return cards ? t(aside.cardsSoFar, cards) : t(aside.nothingYet);
}

function whatToDo(room: Room, step: Step): string {
  if (!step.kind) return t(aside.calm);
  return t(mayAct(room, step) ? (deeds[step.kind] ?? aside.watch) : aside.watch);
}
