/** Three servers of one room side by side while they are killed: a page for a projector. */
import "@fontsource-variable/golos-text";
import { signal } from "@preact/signals";
import { render } from "preact";
import { dress, themeOf } from "./stage/theme";
import "./styles/chaos.css";
import { count, insist, lang, t } from "./words";
import { chaos, deeds, outcomes, states } from "./words/chaos";

const AGAIN_MS = 400;
const EVENTS = 6;

type State = Exclude<keyof typeof states, "silent">;

interface Side {
  name: string;
  state: State;
  answers: boolean;
  seq: number;
  chain: string;
  digest: string;
  people: number;
  differs: boolean;
}

interface Deed {
  kind: keyof typeof deeds;
  who: string;
  people: number;
  recovery_s: number | null;
  lasted_s: number | null;
  over: boolean;
  at_s: number;
}

interface Board {
  servers: readonly Side[];
  of_people: number;
  code: string;
  redis: State;
  people: number;
  waiting: number;
  acknowledged: number;
  lost: number;
  compared: number;
  differences: number;
  events: readonly Deed[];
  now_s: number;
  over: boolean;
}

const board = signal<Board | null>(null);
const isSilent = signal(false);

async function look(): Promise<void> {
  try {
    const answer = await fetch("board.json");
    board.value = (await answer.json()) as Board;
    isSilent.value = false;
  } catch {
    isSilent.value = true;
  }
  setTimeout(look, AGAIN_MS);
}

const whole = (n: number) => n.toLocaleString(lang.value === "ru" ? "ru-RU" : "en-GB");
const exact = (s: number, places: number) =>
  s.toLocaleString(lang.value === "ru" ? "ru-RU" : "en-GB", {
    minimumFractionDigits: places,
    maximumFractionDigits: places,
  });
const clock = (s: number) => `${Math.floor(s / 60)}:${String(Math.floor(s % 60)).padStart(2, "0")}`;

/** Long numbers of 16 digits in parts, so that an eye can compare them. */
const parts = (hex: string) => hex.match(/.{1,8}/g) ?? ["\u2013"];

function Figure({ n, name, bad = false }: { n: number; name: string; bad?: boolean }) {
  return (
    <p class={bad ? "ch-figure is-bad" : "ch-figure"}>
      <b>{whole(n)}</b>
      <span>{name}</span>
    </p>
  );
}

function Server({ side, most }: { side: Side; most: number }) {
  const state = side.state === "up" && !side.answers ? "silent" : side.state;
  const isHere = side.answers && side.seq > 0;
  const behind = isHere ? most - side.seq : 0;
  return (
    <section class={`ch-server is-${state}${side.differs ? " is-other" : ""}`}>
      <h2>
        {t(chaos.server, side.name)} <em>{t(states[state])}</em>
      </h2>
      <dl>
        <div class="ch-seq">
          <dt>{t(chaos.entry)}</dt>
          <dd>
            {isHere ? whole(side.seq) : "\u2013"}
            {behind > 0 && <small>{t(chaos.behind, whole(behind))}</small>}
          </dd>
        </div>
        <div>
          <dt>{t(chaos.chain)}</dt>
          <dd class="ch-hex">
            {parts(isHere ? side.chain : "").map((part) => (
              <span key={part}>{part}</span>
            ))}
          </dd>
        </div>
        <div>
          <dt>
            {t(chaos.digest)} {side.differs && <strong>{t(chaos.differs)}</strong>}
          </dt>
          <dd class="ch-hex">
            {parts(isHere ? side.digest : "").map((part) => (
              <span key={part}>{part}</span>
            ))}
          </dd>
        </div>
      </dl>
      <p class="ch-people">
        {side.answers && !isHere
          ? t(chaos.empty)
          : count(chaos.hangOn, side.answers ? side.people : 0)}
      </p>
    </section>
  );
}

function outcome(deed: Deed): string {
  const recovered = deed.recovery_s;
  if (recovered === null) {
    if (deed.over) return t(outcomes.never);
    return t(deed.who === "redis" ? outcomes.waits : outcomes.coming);
  }
  if (deed.who === "redis")
    return t(outcomes.goesOn, exact(deed.lasted_s ?? 0, 1), exact(recovered, 2));
  return count(outcomes.cameBack, deed.people, exact(recovered, 2));
}

function Deeds({ events }: { events: readonly Deed[] }) {
  return (
    <section class="ch-log">
      <h2>{t(chaos.log)}</h2>
      {!events.length && <p>{t(chaos.none)}</p>}
      <ol>
        {events
          .slice(-EVENTS)
          .reverse()
          .map((deed) => (
            <li key={deed.at_s} class={deed.recovery_s === null ? "is-now" : ""}>
              <time>{clock(deed.at_s)}</time>
              <b>{t(deeds[deed.kind], deed.who)}</b>
              <span>{outcome(deed)}</span>
            </li>
          ))}
      </ol>
    </section>
  );
}

/** What all of it means, in one line. */
function Verdict({ now }: { now: Board }) {
  if (now.differences) return <p class="ch-verdict is-bad">{t(chaos.differ, now.differences)}</p>;
  const first = now.servers[0];
  const same = now.servers.every((one) => one.answers && one.seq && one.digest === first?.digest);
  return (
    <p class="ch-verdict">
      {same && <b>{t(chaos.same)}</b>} {t(chaos.compared, whole(now.compared))}
    </p>
  );
}

function Chaos() {
  const now = board.value;
  if (!now) return <p class="ch-wait">{t(isSilent.value ? chaos.silent : chaos.none)}</p>;
  const most = Math.max(...now.servers.map((side) => side.seq));
  return (
    <main class="ch">
      <header>
        <div>
          <h1>{t(chaos.title)}</h1>
          <p>{t(isSilent.value ? chaos.silent : now.over ? chaos.over : chaos.lead)}</p>
        </div>
        <Figure n={now.acknowledged} name={t(chaos.acknowledged)} />
        <Figure n={now.lost} name={t(chaos.lost)} bad={now.lost > 0} />
        <Figure n={now.people} name={t(chaos.people, now.of_people)} />
      </header>
      <div class="ch-servers">
        {now.servers.map((side) => (
          <Server key={side.name} side={side} most={most} />
        ))}
      </div>
      <footer>
        <div>
          <p class={`ch-redis is-${now.redis}`}>
            <b>Redis</b> <em>{t(states[now.redis])}</em>{" "}
            <span>{t(chaos.waiting, now.waiting)}</span>
          </p>
          <Verdict now={now} />
          <p class="ch-room">
            {now.code} <time>{clock(now.now_s)}</time>
          </p>
        </div>
        <Deeds events={now.events} />
      </footer>
    </main>
  );
}

const place = document.getElementById("app");
if (place) {
  insist(document.documentElement.lang);
  dress(themeOf(location.search));
  place.textContent = "";
  render(<Chaos />, place);
  void look();
}
