/** Pictures with little to show, and a dignified one for what the stage may not show. */
import { atTime, glue, t } from "../words";
import { stage } from "../words/stage";
import type { PanelProps } from "./scene";
import { fitting } from "./text";

/** Nothing to show: the title and the clock are enough. */
export function Rest() {
  return <div />;
}

const GOAL_SIZES = [116, 104, 92, 80, 68, 58, 48, 40, 34];

/** While somebody introduces the session, its goal is on the wall. */
export function Brief({ room, box }: PanelProps) {
  const goal = glue(room.facts.value?.goal ?? "");
  const size = fitting(goal, GOAL_SIZES, {
    width: box.width,
    height: box.height * 0.85,
    leading: 1.08,
  });
  return (
    <div class="st-goal">
      <p style={{ fontSize: `${size}px` }}>{goal}</p>
    </div>
  );
}

/** A few words, large, in the middle; `top` where they are all that the page says. */
export function Plain(props: { title: string; text: string; top?: boolean }) {
  return (
    <div class="st-plain">
      {props.top ? <h1>{props.title}</h1> : <p>{props.title}</p>}
      <span>{props.text}</span>
    </div>
  );
}

/** A step that the stage may not see. */
export function Private() {
  return <Plain title={t(stage.quiet)} text={t(stage.phones)} />;
}

export function Pause({ step }: PanelProps) {
  if (!step.deadline_ms) return <Rest />;
  return (
    <div class="st-pause">
      <span>{t(stage.goOn)}</span>
      <b>{atTime(step.deadline_ms)}</b>
    </div>
  );
}
