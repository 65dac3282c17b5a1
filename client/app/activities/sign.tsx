/** The deed to be signed: the exact wording, the vow, the line, and the ways to sign it. */
import { useComputed } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { Icon } from "../icons";
import { Button } from "../parts";
import type { Room } from "../room";
import { testId } from "../testids";
import type { Command, Decision } from "../wire";
import { onDay, t } from "../words";
import { deeds } from "../words/decisions";
import { today } from "./days";
import { DeedTop, Terms } from "./decisions";
import { type Hold, HoldButton, Stroke, useHold } from "./hold";

const SURE_MS = 5_000;

interface Props {
  readonly room: Room;
  readonly decision: Decision;
  readonly number: number;
  readonly of: number;
  /** What signing says to the server: the wording that this screen shows. */
  readonly command: Command;
  /** Why it is shown, if nobody opened it. */
  readonly lead?: string;
  /** The way back, on the left under the deed. */
  readonly back: ComponentChildren;
  /** What else the owner may do. */
  readonly more?: ComponentChildren;
}

export function SignDeed(props: Props) {
  const { room, decision, number, of, lead, more } = props;
  const signing = useDeed(props);
  const read = useRef(decision.version);
  return (
    <>
      <main class="page page--deed">
        {lead && <p class="lead-in sign-lead">{lead}</p>}
        <Notes decision={decision} changed={decision.version !== read.current} />
        <article class="deed" {...testId("decision")}>
          <DeedTop {...{ decision, number, of }} />
          <h1 class="deed__word" tabIndex={-1}>
            {decision.what}
          </h1>
          <Terms room={room} decision={decision} />
          <Line room={room} hold={signing.hold} />
        </article>
        {more && <div class="sign-more">{more}</div>}
      </main>
      <Foot room={room} back={props.back} signing={signing} />
    </>
  );
}

interface Signing {
  readonly hold: Hold;
  /** On its way to the server. */
  readonly going: boolean;
  /** The first of two presses has just happened. */
  readonly sure: boolean;
  readonly press: () => void;
}

/** By holding or by two presses; a changed wording begins anew. */
function useDeed({ room, decision, command }: Props): Signing {
  const [going, sign] = useSigning(room, command);
  const hold = useHold(sign);
  const [sure, setSure] = useSure();
  useEffect(() => {
    setSure(false);
    hold.reset();
  }, [decision.digest]);
  useEffect(() => {
    if (!going) hold.reset();
  }, [going]);
  return { hold, going, sure, press: () => (sure ? sign() : setSure(true)) };
}

interface FootProps extends Pick<Props, "room" | "back"> {
  readonly signing: Signing;
}

function Foot({ room, back, signing }: FootProps) {
  const { hold, going, sure, press } = signing;
  return (
    <footer class="foot foot--bare">
      <div class="duo">
        {back}
        {!going && <Plain sure={sure} press={press} />}
      </div>
      <p class="sr" role="status">
        {sure && t(deeds.sureLabel)}
      </p>
      {going ? <Sending room={room} /> : <HoldButton hold={hold} onPress={press} />}
    </footer>
  );
}

function Plain({ sure, press }: Pick<Signing, "sure" | "press">) {
  return (
    <Button
      id="sign-plain"
      look="text"
      label={t(sure ? deeds.sureLabel : deeds.plainLabel)}
      onPress={press}
    >
      {t(sure ? deeds.sure : deeds.plain)}
    </Button>
  );
}

/** One signature, however often it is asked for: the next may go when this one was answered. */
function useSigning(room: Room, command: Command): readonly [boolean, () => void] {
  const asked = useRef(false);
  const [going, setGoing] = useState(false);
  const sign = () => {
    if (asked.current) return;
    asked.current = true;
    setGoing(true);
    navigator.vibrate?.(30);
    void room.do(command).then((answer) => {
      asked.current = answer.ok; // after an ack the patch takes this screen away
      setGoing(answer.ok);
    });
  };
  return [going, sign];
}

/** Whether the first of two presses has just happened. */
function useSure(): readonly [boolean, (sure: boolean) => void] {
  const [sure, setSure] = useState(false);
  useEffect(() => {
    if (!sure) return;
    const timer = setTimeout(() => setSure(false), SURE_MS);
    return () => clearTimeout(timer);
  }, [sure]);
  return [sure, setSure];
}

function Notes({ decision, changed }: { decision: Decision; changed: boolean }) {
  if (changed) {
    return (
      <p class="note-line" role="alert">
        {t(deeds.justChanged, decision.version)}
      </p>
    );
  }
  if (decision.signed_version === 0) return null;
  return <p class="note-line">{t(deeds.signAgain)}</p>;
}

function Line({ room, hold }: { room: Room; hold: Hold }) {
  const place = useRef<HTMLDivElement>(null);
  const held = useComputed(() => hold.drawn.value > 0).value;
  useEffect(() => {
    if (held) place.current?.scrollIntoView({ block: "nearest" }); // the stroke is to be seen
  }, [held]);
  const me = room.me.value;
  const name = me?.name ?? "";
  const department = room.replica.room.one("department", me?.department ?? 0)?.name;
  return (
    <div class="autograph autograph--here" ref={place}>
      <p class="autograph__vow">{t(deeds.vow)}</p>
      <div class="autograph__line">
        <Stroke name={name} drawn={hold.drawn} />
      </div>
      <p class="autograph__who">
        <b>{[name, department].filter(Boolean).join(", ")}</b>
        <span>{onDay(today(room.clock.now()))}</span>
      </p>
    </div>
  );
}

function Sending({ room }: { room: Room }) {
  const on = room.socket.link.value.state === "online";
  return (
    <p class="done done--going" role="status">
      {on ? <i class="spool" /> : <Icon name="ring" />}
      {t(on ? deeds.sending : deeds.waiting)}
    </p>
  );
}
