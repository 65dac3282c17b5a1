/** A room is made: what to do next, and its links to be handed out. */
import { useEffect, useRef, useState } from "preact/hooks";
import { Icon } from "../icons";
import type { RoomLink } from "../links";
import { Button, copyText, Sheet } from "../parts";
import { testId } from "../testids";
import { ROLE } from "../wire";
import { type Pair, t } from "../words";
import { roleNames } from "../words/common";
import { home } from "../words/home";
import { ask } from "./ask";
import { deskOf, type Mine } from "./rooms";

const ORDER = ["facilitator", "cofacilitator", "stage"];
const rank = (link: RoomLink) => ORDER.indexOf(link.role) + 1 || ORDER.length + 1;

/** The links of a room, hosts first; why there are none; and asking again. */
function useLinks(room: Mine): [readonly RoomLink[], string, () => void] {
  const [links, setLinks] = useState<readonly RoomLink[]>([]);
  const [problem, setProblem] = useState("");
  const load = () => {
    setProblem("");
    ask<{ links: readonly RoomLink[] }>(`/api/rooms/${room.code}/links`, {}, room.token).then(
      (answer) => setLinks([...answer.links].sort((a, b) => rank(a) - rank(b) || a.id - b.id)),
      (why: Error) => setProblem(why.message),
    );
  };
  useEffect(load, [room.code]);
  return [links, problem, load];
}

export function Ready({ room }: { room: Mine }) {
  const [links, problem, load] = useLinks(room);
  const title = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    title.current?.focus();
    scrollTo(0, 0);
  }, [room.code]);
  return (
    <section class="ready">
      <h1 ref={title} tabIndex={-1} {...testId("home-ready")}>
        {t(home.ready, room.code)}
      </h1>
      <p class="ready__t" dir="auto">
        {room.title}
      </p>
      <p class="soft">{t(home.readyLead)}</p>
      <Steps room={room} stage={links.find((link) => link.role === "stage")} />
      <h2>{t(home.linksOf)}</h2>
      {problem && (
        <div class="field__err" role="alert">
          <p>{t(home.noLinks, problem)}</p>
          <Button id="home-again" look="text" onPress={load}>
            {t(home.again)}
          </Button>
        </div>
      )}
      <ul class="links">
        {links.map((link) => (
          <Row key={link.id} link={link} />
        ))}
      </ul>
      <div class="go">
        <CopyAll links={links} />
        <a class="btn btn--text" href="/" {...testId("home-back")}>
          {t(home.back)}
        </a>
      </div>
    </section>
  );
}

function Steps({ room, stage }: { room: Mine; stage: RoomLink | undefined }) {
  return (
    <ol class="steps">
      <Step title={home.first} lead={home.firstLead}>
        <a class="btn btn--act" href={deskOf(room)} {...testId("home-desk")}>
          {t(home.openDesk)}
        </a>
      </Step>
      <Step title={home.second} lead={home.secondLead}>
        {stage && (
          <a class="btn" href={stage.url} target="_blank" rel="noopener noreferrer">
            {t(home.openStage)}
          </a>
        )}
      </Step>
      <Step title={home.third} lead={home.thirdLead} />
    </ol>
  );
}

interface StepProps {
  readonly title: Pair;
  readonly lead: Pair;
  readonly children?: preact.ComponentChildren;
}

function Step({ title, lead, children }: StepProps) {
  return (
    <li>
      <h2>{t(title)}</h2>
      <p>{t(lead)}</p>
      {children}
    </li>
  );
}

const bit = (name: string): number => ROLE[name as keyof typeof ROLE] ?? 0;

/** "Participant", or "Participant, Leader" where the person chooses. */
function nameOf(link: RoomLink): string {
  return link.role
    .split("+")
    .map((name) => t(roleNames[bit(name)] ?? home.linksOf))
    .join(", ");
}

const COPIED_MS = 4_000;

/** What a copy button says, and pressing it; `field` is selected where copying is not allowed. */
function useCopy(text: string, field?: { current: HTMLInputElement | null }): [Pair, () => void] {
  const [said, setSaid] = useState<Pair>(home.copy);
  const copy = () =>
    void copyText(text).then((done) => {
      if (!done) field?.current?.select();
      setSaid(done ? home.copied : home.selected);
      setTimeout(() => setSaid(home.copy), COPIED_MS);
    });
  return [said, copy];
}

function Row({ link }: { link: RoomLink }) {
  const field = useRef<HTMLInputElement>(null);
  const [said, copy] = useCopy(link.url, field);
  const [code, setCode] = useState(false);
  const name = nameOf(link);
  return (
    <li>
      <b>{name}</b>
      <input
        ref={field}
        readOnly
        value={link.url}
        aria-label={name}
        onFocus={(event) => event.currentTarget.select()}
      />
      <Button id="home-qr" label={t(home.codeOf, name)} onPress={() => setCode(true)}>
        {t(home.code)}
      </Button>
      <Button id="home-copy" label={`${t(said)}: ${name}`} onPress={copy}>
        <Icon name="copy" />
        {t(said)}
      </Button>
      <a
        class="btn"
        href={link.url}
        target="_blank"
        rel="noopener noreferrer"
        {...testId("home-link")}
      >
        {t(home.open)}
        <span class="sr">: {name}</span>
      </a>
      {code && (
        <Sheet title={name} onClose={() => setCode(false)}>
          <img class="qr" src={link.qr} alt={t(home.codeOf, name)} />
        </Sheet>
      )}
    </li>
  );
}

/** All invitations of participants as lines for a letter. */
function CopyAll({ links }: { links: readonly RoomLink[] }) {
  const people = links.filter((link) => !ORDER.includes(link.role));
  const [said, copy] = useCopy(people.map((link) => `${nameOf(link)}: ${link.url}`).join("\n"));
  if (people.length < 2) return null;
  return (
    <Button id="home-copy-all" onPress={copy}>
      <Icon name="copy" />
      {t(said === home.copied ? said : home.copyAll)}
    </Button>
  );
}
