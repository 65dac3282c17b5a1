/** Pieces that all screens share. */
import type { ComponentChildren } from "preact";
import { useEffect, useId, useLayoutEffect, useRef, useState } from "preact/hooks";
import { useBackCloses } from "./back";
import { asTime } from "./clock";
import { Icon, type IconName } from "./icons";
import type { Room } from "./room";
import { type TestId, testId } from "./testids";
import type { Timing } from "./timing";
import { atTime, both, choose, closing, type Lang, lang, refusal, t } from "./words";
import { common } from "./words/common";

interface ButtonProps {
  readonly id: TestId;
  readonly onPress?: () => void;
  readonly children: ComponentChildren;
  /** Sends the form it stands in. */
  readonly submit?: boolean;
  readonly look?: "act" | "text" | "bare";
  readonly wide?: boolean;
  readonly off?: boolean;
  readonly label?: string;
  readonly pressed?: boolean;
}

export function Button(props: ButtonProps) {
  const { id, onPress, children, look, wide, off, label, pressed, submit } = props;
  const kind = look ? `btn--${look}` : "";
  return (
    <button
      type={submit ? "submit" : "button"}
      class={`btn ${kind} ${wide ? "btn--wide" : ""}`}
      disabled={off}
      aria-label={label}
      aria-pressed={pressed}
      onClick={onPress}
      {...testId(id)}
    >
      {children}
    </button>
  );
}

export function Tick(props: { id: TestId; on: boolean; onPress: () => void; children: string }) {
  return (
    <button
      type="button"
      class="tick"
      aria-pressed={props.on}
      onClick={props.onPress}
      {...testId(props.id)}
    >
      <b>
        <Icon name="check" />
      </b>
      {props.children}
    </button>
  );
}

interface FieldProps {
  readonly id: TestId;
  readonly label: string;
  readonly value: string;
  readonly most: number;
  readonly onText: (text: string) => void;
  readonly rows?: number;
  readonly hint?: string;
  readonly type?: "text" | "date" | "time" | "password";
  readonly min?: string;
  /** What is wrong with the text, and what to do. */
  readonly problem?: string;
}

/** A labelled text, of one line or several. */
export function Field(props: FieldProps) {
  const name = useId();
  const shared = {
    id: name,
    value: props.value,
    maxLength: props.most,
    placeholder: props.hint,
    autocomplete: "off",
    dir: "auto",
    "aria-invalid": props.problem ? true : undefined,
    "aria-describedby": props.problem ? `${name}-problem` : undefined,
    ...testId(props.id),
  } as const;
  return (
    <div class={props.problem ? "field is-wrong" : "field"}>
      <label for={name}>{props.label}</label>
      {props.rows ? (
        <textarea
          rows={props.rows}
          onInput={(event) => props.onText(event.currentTarget.value)}
          {...shared}
        />
      ) : (
        <input
          {...({ type: props.type ?? "text", min: props.min } as { type: "text" })}
          onInput={(event) => props.onText(event.currentTarget.value)}
          {...shared}
        />
      )}
      {props.problem && (
        <p class="field__err" id={`${name}-problem`} role="alert">
          {props.problem}
        </p>
      )}
    </div>
  );
}

/** A prompt: its first sentence is the question, the rest explains. */
export function Ask({ text, big = false }: { text: string; big?: boolean }) {
  const [, first = text, rest = ""] = /^(.{12,}?[.?!…])\s+(.+)$/s.exec(text) ?? [];
  return (
    <>
      <h1 class={big ? "ask ask--big" : "ask"}>{first}</h1>
      {rest && <p class="lead-in">{rest}</p>}
    </>
  );
}

/** One of a few, shown as tabs with an underline. */
export function Choice(props: {
  id: TestId;
  on: boolean;
  onPress: () => void;
  icon?: IconName;
  children: ComponentChildren;
}) {
  return (
    <button
      type="button"
      class="lane"
      aria-pressed={props.on}
      onClick={props.onPress}
      {...testId(props.id)}
    >
      {props.icon && <Icon name={props.icon} />}
      {props.children}
    </button>
  );
}

export function Languages() {
  const one = (language: Lang, name: string) => (
    <Choice id={`lang-${language}`} on={lang.value === language} onPress={() => choose(language)}>
      <span lang={language}>{name}</span>
    </Choice>
  );
  return (
    <fieldset class="langs" aria-label={t(common.language)}>
      {one("ru", "Рус")}
      {one("en", "Eng")}
    </fieldset>
  );
}

export function Countdown({ timing, id }: { timing: Timing; id: TestId }) {
  const seconds = timing.seconds.value;
  if (seconds === null) return null;
  return (
    <time class="top__time tn" role="timer" aria-label={t(common.clock)} {...testId(id)}>
      {asTime(seconds)}
    </time>
  );
}

/** The head rule is the clock: it shrinks to a hairline. */
export function HeadRule({ timing }: { timing: Timing }) {
  return (
    <div class="clock" style={{ "--left": timing.share.value }} aria-hidden="true">
      <i />
    </div>
  );
}

/** Says the step to a screen reader, and the time at half time, one minute, ten seconds and zero. */
export function SpokenTime({ room, timing }: { room: Room; timing: Timing }) {
  const seconds = timing.seconds.value;
  const step = room.step.value;
  const half = Math.round((step?.planned_ms ?? 0) / 2000);
  const said = useRef({ step: 0, text: "" });
  if (step && said.current.step !== step.id) said.current = { step: step.id, text: "" };
  if (seconds !== null && (seconds === half || seconds === 60 || seconds === 10)) {
    said.current.text = t(common.left, asTime(seconds));
  } else if (seconds === 0) said.current.text = t(common.timeUp);
  return (
    <p class="sr" role="status">
      {both(step?.name)}. {said.current.text}
    </p>
  );
}

export function Dot({ room }: { room: Room }) {
  const on = room.socket.link.value.state === "online";
  return (
    <i
      class="link"
      data-s={on ? "on" : "off"}
      role="img"
      aria-label={t(on ? common.online : common.connecting)}
      {...testId("conn")}
    />
  );
}

/** That something is kept here while the server takes its time; nothing where all goes well. */
export function stillSending(room: Room): string {
  if (!room.late.value || room.socket.link.value.state !== "online") return "";
  return sendingWords(room);
}

function sendingWords(room: Room): string {
  const written = room.outbox.entries.value.some((entry) => entry.words.some(Boolean));
  return t(written ? common.textSending : common.allSending);
}

const LOST_MS = 800;
const BACK_MS = 2_000;

/**
 * Says in words that the connection is gone, that texts are safe, and when it is back; and to a
 * screen reader also what `stillSending` shows elsewhere.
 */
export function ConnectionNote({ room }: { room: Room }) {
  const link = room.socket.link.value;
  const since = useRef(0);
  const [told, setTold] = useState<"lost" | "back" | null>(null);
  const lost = link.state === "waiting" || (link.state === "connecting" && room.ready.value);
  const saved = room.outbox.entries.value.length === 0;
  if (lost) since.current ||= Date.now();
  else since.current = 0;
  useEffect(() => {
    if (!lost) return;
    const timer = setTimeout(() => setTold("lost"), LOST_MS); // shorter gaps alarm for nothing
    return () => clearTimeout(timer);
  }, [lost]);
  useEffect(() => {
    if (lost || !told) return;
    setTold(saved ? "back" : null);
    const timer = setTimeout(() => setTold(null), BACK_MS);
    return () => clearTimeout(timer);
  }, [lost]);
  if (link.state === "stopped") return <Stopped code={link.code} />;
  const safe = saved ? t(common.textSafe) : sendingWords(room);
  const gone =
    told === "lost" && since.current ? t(common.offlineSince, atTime(since.current)) : "";
  const back = told === "back" && t(common.back);
  return (
    <>
      <p class="sr" role="status">
        {gone ? `${gone}. ${safe}` : back || stillSending(room)}
      </p>
      {gone && <Lost room={room} gone={gone} safe={safe} />}
      {back && (
        <p class="wire wire--back">
          <Icon name="check" />
          <b>{back}</b>
        </p>
      )}
    </>
  );
}

function Lost({ room, gone, safe }: { room: Room; gone: string; safe: string }) {
  return (
    <div class="wire">
      <i class="spool" />
      <p>
        <b>{gone}</b>
        {safe}
      </p>
      <button type="button" class="btn btn--text" onClick={() => room.socket.test()}>
        {t(common.now)}
      </button>
    </div>
  );
}

function Stopped({ code }: { code: number }) {
  return (
    <div class="wire wire--stop" role="alert">
      <Icon name="ring" />
      <p>{closing(code)}</p>
      <button type="button" class="btn btn--text" onClick={() => location.reload()}>
        {t(common.reload)}
      </button>
    </div>
  );
}

const TOAST_MS = 6_000;

/** The last refusal or notice, for a few seconds. */
export function Toast({ room }: { room: Room }) {
  const code = room.refusal.value;
  const notice = room.notice.value;
  const clear = () => {
    room.refusal.value = null;
    room.notice.value = null;
  };
  useEffect(() => {
    if (!code && !notice) return;
    const timer = setTimeout(clear, TOAST_MS);
    return () => clearTimeout(timer);
  }, [code, notice]);
  if (!code && !notice) return null;
  return (
    <div class="toast" role="alert" {...testId("toast")}>
      <p>{code ? refusal(code) : notice && t(notice)}</p>
      <button type="button" class="btn btn--bare" aria-label={t(common.close)} onClick={clear}>
        <Icon name="cross" />
      </button>
    </div>
  );
}

const FOCUSABLE = "a[href],button:not([disabled],[tabindex='-1']),input,textarea,select";

/** Keeps the Tab key within a dialog. */
function stayWithin(dialog: HTMLElement, event: KeyboardEvent): void {
  const all = [...dialog.querySelectorAll<HTMLElement>(FOCUSABLE)];
  const edge = event.shiftKey ? all[0] : all[all.length - 1];
  const outside = !dialog.contains(document.activeElement);
  if (document.activeElement !== edge && !outside) return;
  event.preventDefault();
  (event.shiftKey ? all[all.length - 1] : all[0])?.focus();
}

/** Of several dialogs the one that lies on top, which alone listens to keys. */
function topmost(): Element | undefined {
  return [...document.querySelectorAll("[role=dialog]")].pop();
}

/**
 * What makes a part of the page a dialog: Escape and the way back close it, Tab stays within, and
 * focus goes into it and returns.
 */
export function useDialog(onClose: () => void) {
  const dialog = useRef<HTMLDivElement>(null);
  const close = useRef(onClose);
  close.current = onClose;
  useBackCloses(onClose);
  // At once, not after the next paint: a quick Escape must not be lost.
  useLayoutEffect(() => {
    const before = document.activeElement;
    const press = (event: KeyboardEvent) => {
      if (dialog.current !== topmost()) return;
      if (event.key === "Escape") close.current();
      if (event.key === "Tab" && dialog.current) stayWithin(dialog.current, event);
    };
    dialog.current?.querySelector<HTMLElement>("textarea,input,button")?.focus();
    addEventListener("keydown", press);
    return () => {
      removeEventListener("keydown", press);
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  return dialog;
}

/** A sheet over the screen. */
export function Sheet(props: { title: string; onClose: () => void; children: ComponentChildren }) {
  const sheet = useDialog(props.onClose);
  return (
    <div class="over">
      <button
        type="button"
        class="over__back"
        tabIndex={-1}
        aria-label={t(common.close)}
        onClick={props.onClose}
      />
      <div class="sheet" role="dialog" aria-modal="true" aria-label={props.title} ref={sheet}>
        <div class="sheet__top">
          <h2>{props.title}</h2>
          <button
            type="button"
            class="btn btn--bare"
            aria-label={t(common.close)}
            onClick={props.onClose}
          >
            <Icon name="cross" />
          </button>
        </div>
        {props.children}
      </div>
    </div>
  );
}

/** Copies a text where the browser allows it; false where it does not. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false; // no clipboard on plain http
  }
}
