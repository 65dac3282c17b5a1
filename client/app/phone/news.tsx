/** Quiet lines beside the clock: what somebody did to time, and that nobody leads just now. */
import { useEffect, useState } from "preact/hooks";
import { Icon } from "../icons";
import type { Room } from "../room";
import { testId } from "../testids";
import type { ClockChange } from "../wire";
import { t } from "../words";
import { around } from "../words/room";

const MINUTE_MS = 60_000;
const NEWS_MS = 6_000;
const AWAY_MS = 5_000;
const CLOCK_CHANGE = 3;

/** What was done to time, in words; nothing where the screen shows it by itself. */
export function clockWords(change: ClockChange): string {
  const who = change.name ? change.name : t(around.facilitator);
  const minutes = Math.max(1, Math.round(Math.abs(change.by_ms) / MINUTE_MS));
  const longer = change.by_ms > 0;
  switch (change.what) {
    case "extended":
      return t(longer ? around.more : around.less, who, minutes);
    case "end_moved":
      return t(longer ? around.endLater : around.endEarlier, who, minutes);
    case "paused":
      return t(around.paused, who);
    case "resumed":
      return t(around.resumed, who);
    case "stopped":
      return t(around.stopped, who);
    case "moved_back":
      return t(around.movedBack, who);
    default:
      return "";
  }
}

/** Told for some seconds after it happened, and not again after a reload. */
export function ClockNews({ room }: { room: Room }) {
  const change = room.replica.room.one("clock_change", CLOCK_CHANGE);
  const [over, setOver] = useState(0);
  const at_ms = change?.at_ms ?? 0;
  useEffect(() => {
    const left = at_ms + NEWS_MS - room.clock.now();
    const timer = setTimeout(() => setOver(at_ms), Math.max(0, left));
    return () => clearTimeout(timer);
  }, [at_ms]);
  const fresh = change && over !== at_ms && room.clock.now() < at_ms + NEWS_MS;
  const words = fresh ? clockWords(change) : "";
  return (
    <div class="news" role="status">
      {words && (
        <p {...testId("clock-news")}>
          <Icon name="clock" />
          <span>{words}</span>
        </p>
      )}
    </div>
  );
}

/** Said only after some seconds, since a page that is reloaded is no reason to worry. */
export function HostsAway({ room }: { room: Room }) {
  const agenda = room.agenda.value;
  const away = room.present.value.hosts === 0 && room.present.value.online > 0;
  const alone = away && agenda?.state === "running" && room.socket.link.value.state === "online";
  const [told, setTold] = useState(false);
  useEffect(() => {
    setTold(false);
    if (!alone) return;
    const timer = setTimeout(() => setTold(true), AWAY_MS);
    return () => clearTimeout(timer);
  }, [alone]);
  if (!alone || !told) return null;
  return (
    <p class="wire wire--calm" role="status" {...testId("hosts-away")}>
      <i class="spool" />
      {t(around.hostsAway)}
    </p>
  );
}
