/** The sheet behind the step's name: what the step is for, what comes, and what is rarely needed. */
import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { useBackCloses } from "../back";
import { Icon } from "../icons";
import { Languages, Sheet } from "../parts";
import type { Room } from "../room";
import { type TestId, testId } from "../testids";
import { ROLE, type Step } from "../wire";
import { atTime, both, type Pair, t } from "../words";
import { explained, menu } from "../words/menu";
import { Leaving } from "./farewell";
import { Unsent } from "./gate";
import { Park } from "./park";
import { ahead, endOf } from "./plan";
import { Profile } from "./profile";

type Page = "main" | "park" | "profile" | "leave";

const TITLES: Record<Exclude<Page, "main">, Pair> = {
  park: menu.park,
  profile: menu.profile,
  leave: menu.leave,
};

interface Props {
  readonly room: Room;
  readonly onClose: () => void;
  readonly onResult: () => void;
}

export function Menu({ room, onClose, onResult }: Props) {
  const [page, setPage] = useState<Page>("main");
  useBackCloses(() => setPage("main"), page !== "main");
  const step = room.step.value;
  const name = both(step?.name) || (room.facts.value?.title ?? "");
  return (
    <Sheet title={page === "main" ? name : t(TITLES[page])} onClose={onClose}>
      {page === "main" && <Main room={room} step={step} onPage={setPage} onResult={onResult} />}
      {page !== "main" && <ToMenu onPress={() => setPage("main")} />}
      {page === "park" && <Park room={room} onClose={onClose} />}
      {page === "profile" && <Profile room={room} onClose={onClose} />}
      {page === "leave" && <Leaving room={room} />}
    </Sheet>
  );
}

function ToMenu({ onPress }: { onPress: () => void }) {
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => button.current?.focus(), []);
  return (
    <button
      ref={button}
      type="button"
      class="btn btn--text"
      onClick={onPress}
      {...testId("menu-back")}
    >
      {t(menu.toMenu)}
    </button>
  );
}

interface MainProps {
  readonly room: Room;
  readonly step: Step | undefined;
  readonly onPage: (page: Page) => void;
  readonly onResult: () => void;
}

function Main({ room, step, onPage, onResult }: MainProps) {
  const parks = step && room.role.value !== ROLE.observer;
  return (
    <>
      <p class="menu__why" {...testId("menu-why")}>
        {t(explained[kindOf(room, step)] ?? ["", ""])}
      </p>
      <Ahead room={room} />
      <ul class="menu__list">
        <Entry id="menu-result" onPress={onResult}>
          {t(menu.result)}
        </Entry>
        {parks && (
          <Entry id="menu-park" onPress={() => onPage("park")}>
            {t(menu.park)}
          </Entry>
        )}
        <Entry id="menu-profile" onPress={() => onPage("profile")}>
          {t(menu.profile)}
        </Entry>
        <Entry id="menu-leave" onPress={() => onPage("leave")}>
          {t(menu.leave)}
        </Entry>
      </ul>
      <Unsent room={room} lead={menu.unsentLead} />
      <Languages />
    </>
  );
}

function kindOf(room: Room, step: Step | undefined): string {
  if (!step) return "lobby";
  if (!step.kind) return "elsewhere";
  if (step.kind !== "vote") return step.kind;
  return `vote:${room.replica.room.one("poll", step.id)?.style ?? "dots"}`;
}

function Entry(props: { id: TestId; onPress: () => void; children: ComponentChildren }) {
  return (
    <li>
      <button type="button" onClick={props.onPress} {...testId(props.id)}>
        {props.children}
        <Icon name="right" />
      </button>
    </li>
  );
}

/** What is next, when we end, and what all this is for. */
function Ahead({ room }: { room: Room }) {
  const now = room.clock.now();
  const [next] = ahead(room, now);
  const end = endOf(room, now);
  const name = both(next?.step.name);
  const goal = room.facts.value?.goal;
  return (
    <dl class="terms">
      <Term title={t(menu.ahead)}>
        {!next && t(menu.last)}
        {next && (name ? t(menu.aheadAt, name, atTime(next.at_ms)) : t(menu.aheadYours))}
      </Term>
      {end > 0 && <Term title={t(menu.end)}>{t(menu.endAt, atTime(end))}</Term>}
      {goal && <Term title={t(menu.goal)}>{goal}</Term>}
    </dl>
  );
}

function Term({ title, children }: { title: string; children: ComponentChildren }) {
  return (
    <div>
      <dt>{title}</dt>
      <dd dir="auto">{children}</dd>
    </div>
  );
}
