/**
 * A thought that was being typed when its step moved on. The composer stays for some seconds more;
 * then the text is kept as a private draft, and can still be sent as a late idea.
 */
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { laneIcon } from "../activities/lane";
import { Icon } from "../icons";
import { Button, Choice } from "../parts";
import type { Room } from "../room";
import { testId } from "../testids";
import { commands, LIMIT, type Step } from "../wire";
import { both, count, t } from "../words";
import { aside } from "../words/aside";
import { common } from "../words/common";
import { phone } from "../words/phone";
import { steps } from "../words/steps";
import { leftovers, thrown } from "./unsent";

const FINISH_MS = 15_000;
/** Nobody is cut off within a word: so long after the last letter. */
const PAUSE_MS = 3_000;
const TICK_MS = 500;
const TAKE_BACK_MS = 8_000;

/** The latest one; an older one comes when that is settled. */
export function Leftovers({ room }: { room: Room }) {
  const all = leftovers(room);
  const step = all[all.length - 1];
  return (
    <>
      {step && <Leftover key={step.id} room={room} step={step} />}
      {thrown.value && <TakeBack room={room} step={thrown.value.step} text={thrown.value.text} />}
    </>
  );
}

/** What was thrown away by mistake comes back with one tap. */
function TakeBack({ room, step, text }: { room: Room; step: number; text: string }) {
  const forget = () => {
    thrown.value = null;
  };
  useEffect(() => {
    const timer = setTimeout(forget, TAKE_BACK_MS);
    return () => clearTimeout(timer);
  }, [text]);
  const back = () => {
    forget();
    room.drafts.set(step, "idea", text);
  };
  return (
    <button type="button" class="note" onClick={back} {...testId("leftover-undo")}>
      {t(aside.thrown)}
      <span class="note__act">{t(aside.takeBack)}</span>
    </button>
  );
}

function Leftover({ room, step }: { room: Room; step: Step }) {
  const { open, setOpen, seconds } = useFinishing(room, step);
  if (!open) {
    return (
      <button type="button" class="note" onClick={() => setOpen(true)} {...testId("leftover")}>
        {t(phone.leftover)}
        <Icon name="pen" />
      </button>
    );
  }
  return (
    <section class="leftover" aria-label={t(phone.leftover)}>
      <p class="leftover__why" role="status">
        {t(aside.stepOver, both(step.name))}
      </p>
      {seconds > 0 && <b class="leftover__left num">{count(aside.finishIn, seconds)}</b>}
      <Late room={room} step={step} onKeep={() => setOpen(false)} />
    </section>
  );
}

/** Open while it is being finished: from the first for whoever was typing, later when asked for. */
function useFinishing(room: Room, step: Step) {
  const typing = Date.now() - room.drafts.typedAt < FINISH_MS;
  const [open, setOpen] = useState(typing);
  const [left, setLeft] = useState(typing ? FINISH_MS : 0);
  useEffect(() => {
    if (!typing) return;
    const end = Date.now() + FINISH_MS;
    const timer = setInterval(() => {
      const rest = Math.max(end, room.drafts.typedAt + PAUSE_MS) - Date.now();
      setLeft(Math.max(0, rest));
      if (rest > 0) return;
      clearInterval(timer);
      setOpen(false);
    }, TICK_MS);
    return () => clearInterval(timer);
  }, [step.id]);
  return { open, setOpen, seconds: Math.ceil(left / 1000) };
}

/** The same composer as before, with the same text, place of the cursor and lane. */
function Late({ room, step, onKeep }: { room: Room; step: Step; onKeep: () => void }) {
  const area = useRef<HTMLTextAreaElement>(null);
  const text = room.drafts.get(step.id, "idea");
  const over = [...text.trim()].length > LIMIT.card;
  useLayoutEffect(() => {
    // Focus moves on before the keyboard of the old composer has gone.
    area.current?.focus({ preventScroll: true });
    area.current?.setSelectionRange(text.length, text.length);
  }, []);
  const send = () => {
    if (!text.trim() || over) return;
    const lane = Number(room.drafts.get(step.id, "lane"));
    void room.do(commands.postIdea(lane), [text.trim()], { step: step.id }).then((answer) => {
      if (answer.ok) room.notice.value = phone.sentLate;
    });
    room.drafts.set(step.id, "idea", "");
  };
  const drop = () => {
    thrown.value = { step: step.id, text };
    room.drafts.set(step.id, "idea", "");
  };
  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <LateLanes room={room} step={step} />
      <div class="composer__row">
        <textarea
          ref={area}
          rows={2}
          dir="auto"
          aria-label={t(phone.oneThought)}
          value={text}
          onInput={(event) => room.drafts.set(step.id, "idea", event.currentTarget.value)}
          {...testId("leftover-text")}
        />
        <button
          type="submit"
          class="send"
          aria-label={t(phone.leftoverSend)}
          disabled={!text.trim() || over}
          {...testId("leftover-send")}
        >
          <Icon name="up" />
        </button>
      </div>
      <div class="duo">
        <Button id="leftover-keep" look="text" onPress={onKeep}>
          {t(phone.leftoverKeep)}
        </Button>
        <Button id="leftover-drop" look="text" onPress={drop}>
          {t(common.remove)}
        </Button>
      </div>
    </form>
  );
}

function LateLanes({ room, step }: { room: Room; step: Step }) {
  const lanes = room.replica.room.one("ideation", step.id)?.lanes ?? [];
  const lane = Number(room.drafts.get(step.id, "lane"));
  if (lanes.length < 2 && !step.anonymous) return null;
  return (
    <fieldset class="composer__bar" aria-label={t(phone.whereTo)}>
      {lanes.length > 1 &&
        lanes.map((name, n) => (
          <Choice
            key={name[0]}
            id={`leftover-lane-${n}`}
            on={lane === n}
            onPress={() => room.drafts.set(step.id, "lane", n ? String(n) : "")}
          >
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
