/** The composer under the thumb. What is typed is a draft until the server has it. */
import { useEffect, useRef } from "preact/hooks";
import { Icon } from "../icons";
import { Choice } from "../parts";
import type { Room } from "../room";
import { testId } from "../testids";
import { commands, type Step } from "../wire";
import { both, count, lang, t } from "../words";
import { phone } from "../words/phone";
import { steps } from "../words/steps";
import type { ActivityProps } from "./activity";
import { laneIcon } from "./lane";
import { roomLeft } from "./letters";
import { pausedSays } from "./rest";

/** From so many letters before the limit on, the composer counts. */
const NEAR = 80;

/** Whether an acknowledged card lies in the moderator's tray, because the step closed meanwhile. */
function wentLate(room: Room, step: Step, card: number): boolean {
  const hidden = room.replica.room.one("ideation", step.id)?.hidden;
  return hidden ? !room.replica.own.one("card", card) : !room.stepOf(step.id)?.input;
}

function post(room: Room, step: Step, text: string): void {
  const lane = Number(room.drafts.get(step.id, "lane"));
  if (room.done.value) room.setDone(false);
  void room.do(commands.postIdea(lane), [text.trim()], { step: step.id }).then((answer) => {
    const [card] = answer.ok ? answer.made : [];
    if (card && wentLate(room, step, card)) room.notice.value = phone.sentLate;
  });
  room.drafts.set(step.id, "idea", "");
}

export function Composer({ room, step }: ActivityProps) {
  const area = useRef<HTMLTextAreaElement>(null);
  const text = room.drafts.get(step.id, "idea");
  const left = roomLeft(text);
  const may = text.trim() !== "" && left >= 0;
  const send = () => {
    if (may) post(room, step, text);
    area.current?.focus();
  };
  return (
    <form
      class="composer"
      aria-label={t(steps.composer)}
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      {left < 0 && (
        <p class="composer__over" role="status" {...testId("idea-too-long")}>
          {t(steps.tooLong)}
        </p>
      )}
      <Bar room={room} step={step} />
      <div class="composer__row">
        <Area {...{ room, step, area, text, send }} />
        <Send may={may} left={left} />
      </div>
    </form>
  );
}

interface AreaProps extends ActivityProps {
  readonly area: { current: HTMLTextAreaElement | null };
  readonly text: string;
  readonly send: () => void;
}

/** Return is a new line; Control or Command with it sends. */
function Area({ room, step, area, text, send }: AreaProps) {
  useEffect(() => grow(area.current), [text]);
  const says = pausedSays(room) ?? phone.oneThought;
  return (
    <textarea
      ref={area}
      rows={2}
      aria-label={t(phone.oneThought)}
      aria-describedby="composer-left"
      placeholder={t(says)}
      value={text}
      onInput={(event) => {
        room.drafts.set(step.id, "idea", event.currentTarget.value);
        if (room.done.value) room.setDone(false);
        room.typing();
      }}
      onKeyDown={(event) => {
        if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) send();
      }}
      {...testId("idea-text")}
    />
  );
}

/** Grows with its text where the browser does not do so by itself. */
function grow(area: HTMLTextAreaElement | null): void {
  if (!area || CSS.supports("field-sizing", "content")) return;
  area.style.height = "auto";
  area.style.height = `${area.scrollHeight}px`;
}

function Send({ may, left }: { may: boolean; left: number }) {
  return (
    <div class="composer__end">
      <span class={`composer__left num ${left < 0 ? "is-over" : ""}`} aria-hidden="true">
        {left < NEAR && left.toLocaleString(lang.value)}
      </span>
      <p class="sr" id="composer-left" role="status">
        {left >= 0 && left < NEAR && count(steps.lettersLeft, Math.ceil(left / 20) * 20)}
      </p>
      <button
        type="submit"
        class="send"
        aria-label={t(steps.send)}
        disabled={!may}
        onMouseDown={(event) => event.preventDefault()} // the keyboard stays
        {...testId("idea-send")}
      >
        <Icon name="up" />
      </button>
    </div>
  );
}

/** Which lane a thought goes to, and that it carries no name where it carries none. */
function Bar({ room, step }: ActivityProps) {
  const lanes = room.replica.room.one("ideation", step.id)?.lanes ?? [];
  const lane = Number(room.drafts.get(step.id, "lane"));
  const setLane = (next: number) => room.drafts.set(step.id, "lane", next ? String(next) : "");
  if (lanes.length < 2 && !step.anonymous) return null;
  return (
    <fieldset class="composer__bar" aria-label={t(phone.whereTo)}>
      {lanes.length > 1 &&
        lanes.map((name, n) => (
          <Choice key={name[0]} id={`idea-lane-${n}`} on={lane === n} onPress={() => setLane(n)}>
            {laneIcon(both(name))}
            {both(name)}
          </Choice>
        ))}
      {step.anonymous && (
        <span class="composer__mode">
          <Icon name="lock" />
          {t(steps.anonymous)}
        </span>
      )}
    </fieldset>
  );
}
