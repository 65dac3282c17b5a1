/**
 * Signing by holding: the stroke is drawn while the finger holds and runs back when it lets go.
 * Two presses of Enter, or of the plain button beside it, do the same.
 */
import type { ReadonlySignal, Signal } from "@preact/signals";
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { Icon } from "../icons";
import { Signature } from "../signature";
import { testId } from "../testids";
import { t } from "../words";
import { deeds } from "../words/decisions";

const HOLD_MS = 2_000;
const BACK = -2.5;

export interface Hold {
  /** How far the stroke has come, from 0 to 1. */
  readonly drawn: ReadonlySignal<number>;
  readonly hold: (on: boolean) => void;
  readonly reset: () => void;
}

/** Draws while it is held; `onFull` is told once, and then it stays full until it is reset. */
export function useHold(onFull: () => void): Hold {
  const drawn = useSignal(0);
  const full = useRef(onFull);
  full.current = onFull;
  const run = useRef<Run | null>(null);
  run.current ??= new Run(drawn, () => full.current());
  useEffect(() => () => run.current?.stop(), []);
  const { hold, reset } = run.current;
  return { drawn, hold, reset };
}

class Run {
  private readonly drawn: Signal<number>;
  private readonly full: () => void;
  private pace = 0;
  private frame = 0;
  private last = 0;

  constructor(drawn: Signal<number>, full: () => void) {
    this.drawn = drawn;
    this.full = full;
  }

  readonly hold = (on: boolean): void => {
    if (this.drawn.peek() >= 1) return;
    this.pace = on ? 1 : BACK;
    if (this.frame) return;
    this.last = performance.now();
    this.frame = requestAnimationFrame(this.draw);
  };

  readonly reset = (): void => {
    this.stop();
    this.drawn.value = 0;
  };

  stop(): void {
    cancelAnimationFrame(this.frame);
    this.frame = 0;
  }

  private readonly draw = (now: number): void => {
    const moved = (Math.max(0, now - this.last) / HOLD_MS) * this.pace;
    this.last = now;
    this.frame = 0;
    this.drawn.value = Math.max(0, Math.min(1, this.drawn.peek() + moved));
    if (this.drawn.peek() >= 1) this.full();
    else if (this.drawn.peek() > 0 || this.pace > 0) {
      this.frame = requestAnimationFrame(this.draw);
    }
  };
}

/** The stroke on its line; alone in being drawn anew with every frame. */
export function Stroke({ name, drawn }: { name: string; drawn: ReadonlySignal<number> }) {
  return <Signature name={name} drawn={drawn.value} />;
}

interface Props {
  readonly hold: Hold;
  readonly onPress: () => void;
}

export function HoldButton({ hold, onPress }: Props) {
  const face = (
    <>
      <Icon name="pen" />
      {t(deeds.hold)}
    </>
  );
  return (
    <>
      <button
        type="button"
        class="hold"
        style={{ "--p": hold.drawn.value }}
        aria-describedby="hold-keys"
        onPointerDown={() => hold.hold(true)}
        onPointerUp={() => hold.hold(false)}
        onPointerLeave={() => hold.hold(false)}
        onPointerCancel={() => hold.hold(false)}
        onContextMenu={(event) => event.preventDefault()}
        onKeyDown={(event) => event.repeat && event.preventDefault()}
        onClick={(event) => event.detail === 0 && onPress()} // a key or a screen reader, no finger
        {...testId("sign")}
      >
        <span>{face}</span>
        <span aria-hidden="true">{face}</span>
      </button>
      <p class="sr" id="hold-keys">
        {t(deeds.keys)}
      </p>
    </>
  );
}
