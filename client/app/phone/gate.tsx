/** Pages that stand where the room cannot be shown. Words that can go nowhere are kept in sight. */
import { useEffect, useState } from "preact/hooks";
import { Button, copyText, Languages } from "../parts";
import type { Room } from "../room";
import { testId } from "../testids";
import { CLOSE } from "../wire";
import { type Pair, t } from "../words";
import { common } from "../words/common";
import { erasedNotice, gate, type Notice, noticeOf } from "../words/gate";
import { phone } from "../words/phone";
import { forgetMe, hasErased } from "./leaving";
import { unsentWords } from "./unsent";

/** The connection has ended and will not come back by itself. */
export function Stopped({ room, code }: { room: Room; code: number }) {
  const erased = hasErased.value && code === CLOSE.REVOKED;
  useEffect(() => {
    if (erased) forgetMe(room);
  }, [erased]);
  const notice = erased ? erasedNotice : noticeOf(code);
  return (
    <NoticePage room={room} notice={notice}>
      {notice.act === "home" && !erased && <Unsent room={room} lead={gate.unsentLead} />}
    </NoticePage>
  );
}

interface NoticeProps {
  readonly room: Room;
  readonly notice: Notice;
  readonly children?: preact.ComponentChildren;
  readonly onAct?: () => void;
}

export function NoticePage({ room, notice, children, onAct }: NoticeProps) {
  const home = notice.act === "home";
  const act = () => (home ? location.assign("/") : location.reload());
  return (
    <div class="phone gate" {...testId("gate")}>
      <PlainTop room={room} />
      <main class="page">
        <h1>{t(notice.title)}</h1>
        <p class="lead-in">{t(notice.lead)}</p>
        {children}
      </main>
      <footer class="foot">
        <Button id="gate-act" look="act" wide onPress={onAct ?? act}>
          {t(notice.button)}
        </Button>
      </footer>
    </div>
  );
}

/** The upper zone where there is no step: the room's code and the language. */
export function PlainTop({ room }: { room: Room }) {
  return (
    <header class="top">
      <div class="top__row">
        <p class="top__step top__code">
          <span>{t(common.room)}</span> <b class="num">{room.session.code}</b>
        </p>
        <Languages />
      </div>
      <div class="clock" />
    </header>
  );
}

/** Words that lie on this phone alone, so that nobody has to search for them. */
export function Unsent({ room, lead }: { room: Room; lead: Pair }) {
  const [copied, setCopied] = useState(false);
  const words = unsentWords(room);
  if (words.length === 0) return null;
  return (
    <section class="unsent" {...testId("unsent")}>
      <div class="sec">
        <h2>{t(gate.unsent)}</h2>
        <span class="num">{words.length}</span>
      </div>
      <p class="lead-in">{t(lead)}</p>
      <ul>
        {words.map((text, n) => (
          <li key={n} dir="auto">
            {text}
          </li>
        ))}
      </ul>
      <Button
        id="unsent-copy"
        look="text"
        onPress={() => void copyText(words.join("\n\n")).then(setCopied)}
      >
        {t(copied ? phone.copied : phone.copy)}
      </Button>
    </section>
  );
}

const SLOW_MS = 4_000;

/** Before the room's first view. A server in trouble is named, and tried again all the while. */
export function Connecting({ room }: { room: Room }) {
  const link = room.socket.link.value;
  const [slow, setSlow] = useState(false);
  const [storage, setStorage] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setSlow(true), SLOW_MS);
    return () => clearTimeout(timer);
  }, []);
  useEffect(() => {
    if (link.state === "waiting") setStorage(link.code === CLOSE.STORAGE);
  }, [link]);
  return (
    <div class="phone">
      <PlainTop room={room} />
      <main class="page">
        <p class="lead-in" role="status">
          {t(storage ? gate.storage : slow ? gate.slow : gate.connecting)}
        </p>
      </main>
    </div>
  );
}
