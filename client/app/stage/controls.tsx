/**
 * What the stage's own device can do: sound, and the whole screen by `f` or a double click. The
 * control is there while the pointer moves; nobody else ever sees it.
 */
import { useSignalEffect } from "@preact/signals";
import { useEffect, useRef, useState } from "preact/hooks";
import { testId } from "../testids";
import type { Timing } from "../timing";
import { t } from "../words";
import { stage } from "../words/stage";
import { Drawn } from "./drawn";
import { momentOf, play, unlock } from "./sound";

const IDLE_MS = 2_500;

export function Controls({ timing }: { timing: Timing }) {
  const isMoving = useMoving();
  const [isOn, setOn] = useState(false);
  useTones(timing, isOn);
  useEffect(fullScreen, []);
  const press = () => {
    unlock();
    setOn(!isOn);
  };
  return (
    <button
      type="button"
      class={`st-sound ${isMoving ? "" : "is-away"}`}
      aria-pressed={isOn}
      onClick={press}
      {...testId("stage-sound")}
    >
      <Drawn name={isOn ? "sound" : "mute"} />
      {t(stage.sound)}
    </button>
  );
}

/** Whether the pointer moved, or a key was pressed, a moment ago. The page hides the pointer then. */
function useMoving(): boolean {
  const [isMoving, setMoving] = useState(false);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const move = () => {
      setMoving(true);
      clearTimeout(timer);
      timer = setTimeout(() => setMoving(false), IDLE_MS);
    };
    addEventListener("pointermove", move);
    addEventListener("keydown", move);
    return () => {
      clearTimeout(timer);
      removeEventListener("pointermove", move);
      removeEventListener("keydown", move);
    };
  }, []);
  useEffect(() => {
    document.documentElement.classList.toggle("is-idle", !isMoving);
  }, [isMoving]);
  return isMoving;
}

function useTones(timing: Timing, isOn: boolean): void {
  const before = useRef<number | null>(null);
  const on = useRef(isOn);
  on.current = isOn;
  useSignalEffect(() => {
    const now = timing.seconds.value;
    const moment = momentOf(before.current, now);
    before.current = now;
    if (moment && on.current) play(moment);
  });
}

function fullScreen(): () => void {
  const toggle = () => {
    const change = document.fullscreenElement
      ? document.exitFullscreen()
      : document.documentElement.requestFullscreen?.();
    change?.catch(() => {}); // the browser may refuse; the picture fits any window
  };
  const key = (event: KeyboardEvent) => {
    const isF = event.code === "KeyF" && !event.ctrlKey && !event.metaKey && !event.altKey;
    if (isF) toggle();
  };
  const twice = (event: MouseEvent) => {
    const isControl = event.target instanceof Element && event.target.closest("button");
    if (!isControl) toggle();
  };
  addEventListener("dblclick", twice);
  addEventListener("keydown", key);
  return () => {
    removeEventListener("dblclick", twice);
    removeEventListener("keydown", key);
  };
}
