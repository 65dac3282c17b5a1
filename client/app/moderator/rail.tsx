/** The tablet in one hand, and the phone: everything that acts lies under the thumb. */
import { Icon, type IconName } from "../icons";
import { Button } from "../parts";
import { steps } from "../select";
import type { TestId } from "../testids";
import { atTime, t } from "../words";
import { common } from "../words/common";
import { desk as words } from "../words/moderator";
import { Announced, MoveEnd, Next } from "./bar";
import type { Controls } from "./controls";
import type { Desk, SheetName } from "./desk";
import { finishOf } from "./plan";

interface Props {
  readonly desk: Desk;
  readonly controls: Controls;
}

export function Rail({ desk, controls }: Props) {
  return (
    <nav class="rail-h" aria-label={t(words.controls)}>
      <div class="rail__top">
        <Opens desk={desk} sheet="plan" icon="list" text={t(words.planShort)} />
        <Opens desk={desk} sheet="people" icon="people" text={t(words.people)} />
        <Opens desk={desk} sheet="screen" icon="screen" text={t(words.screen)} />
      </div>
      <span class="grow" />
      <Announced desk={desk} />
      {controls.state !== "over" && (
        <>
          <Until desk={desk} />
          {controls.state !== "lobby" && <Steering desk={desk} controls={controls} />}
          <Next desk={desk} controls={controls} />
        </>
      )}
    </nav>
  );
}

function Opens(props: { desk: Desk; sheet: SheetName; icon: IconName; text: string }) {
  const { desk, sheet, icon, text } = props;
  return (
    <Button id={`open-${sheet}`} onPress={() => desk.open(sheet)}>
      <Icon name={icon} />
      <span>{text}</span>
    </Button>
  );
}

function Until({ desk }: { desk: Desk }) {
  const { room } = desk;
  const { promised_ms, bank } = finishOf(room.agenda.value, steps(room), room.clock.ticking.value);
  if (!promised_ms) return null;
  return (
    <p class="until">
      {t(words.until, atTime(promised_ms))}
      <b class={bank < 1 ? "warn" : ""}>
        {bank < 0 ? t(words.lateBy, -bank) : t(words.bankOf, bank)}
      </b>
    </p>
  );
}

function Steering({ desk, controls }: Props) {
  const { state, off, canGive, canTake, back, stop, toggle, extend } = controls;
  const paused = state === "paused";
  const waiting = state === "waiting";
  return (
    <>
      <Act id="back" icon="left" off={off || !desk.canGoBack()} onPress={back}>
        {t(words.back)}
      </Act>
      <Act id="stop" icon="lock" off={off || waiting} onPress={stop}>
        {t(words.stopShort)}
      </Act>
      <Act
        id={paused ? "resume" : "pause"}
        icon={paused ? "play" : "pause"}
        off={off || waiting}
        onPress={toggle}
      >
        {t(paused ? words.resume : words.pause)}
      </Act>
      <div class="pair">
        <Button id="minus1" off={!canTake} onPress={() => void extend(-1)}>
          −1
        </Button>
        <Button id="plus5" off={!canGive} onPress={() => void extend(5)}>
          +5
        </Button>
      </div>
      <div class="pair pair--more">
        <Button id="plus1" off={!canGive} onPress={() => void extend(1)}>
          +1<span class="unit"> {t(words.minute)}</span>
        </Button>
        <Button id="time-open" label={t(words.timeMore)} onPress={() => desk.open("time")}>
          <Icon name="more" />
        </Button>
      </div>
    </>
  );
}

interface ActProps {
  readonly id: TestId;
  readonly icon: IconName;
  readonly off: boolean;
  readonly onPress: () => void;
  readonly children: string;
}

function Act({ id, icon, off, onPress, children }: ActProps) {
  return (
    <Button id={id} off={off} label={children} onPress={onPress}>
      <Icon name={icon} />
      <span>{children}</span>
    </Button>
  );
}

/** The phone's bar: time in one row, the big button below it. */
export function SmallBar({ desk, controls }: Props) {
  if (controls.state === "over") return null;
  return (
    <footer class="bar bar--small">
      <Announced desk={desk} />
      <MoveEnd desk={desk} controls={controls} />
      {controls.state !== "lobby" && (
        <div class="bar__row">
          <Steering desk={desk} controls={controls} />
        </div>
      )}
      <Next desk={desk} controls={controls} />
      {controls.off && <p class="sr">{t(common.connecting)}</p>}
    </footer>
  );
}
