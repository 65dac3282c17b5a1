/**
 * Signing: the stroke is drawn while the finger holds. Two presses of Enter, or of the plain
 * button, do the same. What is signed is the version and digest that this screen shows.
 */
import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { Icon } from "../icons";
import { Button } from "../parts";
import type { Room } from "../room";
import { Signature } from "../signature";
import { testId } from "../testids";
import { commands, type Decision } from "../wire";
import { onDay, t } from "../words";
import { common } from "../words/common";
import { phone } from "../words/phone";
import { Terms } from "./decisions";

const HOLD_MS = 1400;
const SURE_MS = 4000;
const DAY_MS = 86_400_000;

interface Props {
  readonly room: Room;
  readonly decision: Decision;
  readonly number: number;
  readonly onBack: () => void;
  readonly onRelease: () => void;
  readonly children: ComponentChildren;
}

export function SignDeed({ room, decision, number, onBack, onRelease, children }: Props) {
  const [sure, setSure] = useState(false);
  const sign = () => {
    void room.do(commands.signDecision(decision.id, decision.version, decision.digest));
  };
  const [drawn, hold] = useHold(sign);
  useEffect(() => setSure(false), [decision.digest]);
  useEffect(() => {
    const timer = setTimeout(() => setSure(false), SURE_MS);
    return () => clearTimeout(timer);
  }, [sure]);
  const press = () => (sure ? sign() : setSure(true));
  const me = room.me.value;
  return (
    <>
      <main class="page page--deed">
        <article class="deed" {...testId("decision")}>
          <div class="deed__top">
            <b>{t(common.decision, number)}</b>
            <span>{t(common.version, decision.version)}</span>
          </div>
          {decision.signed_version > 0 && <p class="warn">{t(common.signAgain)}</p>}
          <h1 class="deed__word">{decision.what}</h1>
          <Terms room={room} decision={decision} />
          <div class="autograph">
            <p class="autograph__vow">{t(phone.vow)}</p>
            <div class="autograph__line">
              <Signature name={me?.name ?? ""} drawn={drawn} />
            </div>
            <p class="autograph__who">
              <b>{[me?.name, decision.department].filter(Boolean).join(", ")}</b>
              <span>{onDay(Math.floor(room.clock.now() / DAY_MS))}</span>
            </p>
          </div>
        </article>
        <p class="sign-more">
          <Button id="release-open" look="text" onPress={onRelease}>
            {t(phone.release)}
          </Button>
        </p>
      </main>
      <footer class="foot foot--bare">
        <div class="duo">
          <Button id="list-back" look="text" onPress={onBack}>
            {t(phone.notNow)}
          </Button>
          <Button id="sign-plain" look="text" onPress={press}>
            {t(sure ? phone.signSure : phone.signPlain)}
          </Button>
        </div>
        <HoldButton drawn={drawn} hold={hold} onEnter={press} />
      </footer>
      {children}
    </>
  );
}

interface HoldButtonProps {
  readonly drawn: number;
  readonly hold: (on: boolean) => void;
  readonly onEnter: () => void;
}

function HoldButton({ drawn, hold, onEnter }: HoldButtonProps) {
  const face = (
    <>
      <Icon name="pen" />
      {t(phone.hold)}
    </>
  );
  return (
    <>
      <button
        type="button"
        class="hold"
        style={{ "--p": drawn }}
        aria-describedby="hold-keys"
        onPointerDown={() => hold(true)}
        onPointerUp={() => hold(false)}
        onPointerLeave={() => hold(false)}
        onPointerCancel={() => hold(false)}
        onContextMenu={(event) => event.preventDefault()}
        onKeyDown={(event) => event.key === "Enter" && !event.repeat && onEnter()}
        {...testId("sign")}
      >
        <span>{face}</span>
        <span aria-hidden="true">{face}</span>
      </button>
      <p class="sr" id="hold-keys">
        {t(phone.signKeys)}
      </p>
    </>
  );
}

/** How far a hold has come, from 0 to 1, and how to start and stop it. */
function useHold(onFull: () => void): readonly [number, (on: boolean) => void] {
  const [drawn, setDrawn] = useState(0);
  const [on, setOn] = useState(false);
  const full = useRef(onFull);
  full.current = onFull;
  useEffect(() => {
    if (!on) {
      setDrawn(0);
      return;
    }
    const start = performance.now();
    let frame = requestAnimationFrame(function draw(now) {
      const share = Math.max(0, Math.min(1, (now - start) / HOLD_MS));
      setDrawn(share);
      if (share < 1) frame = requestAnimationFrame(draw);
      else full.current();
    });
    return () => cancelAnimationFrame(frame);
  }, [on]);
  return [drawn, setOn];
}
