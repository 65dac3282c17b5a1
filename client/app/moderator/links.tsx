/** Links by role: show, copy, invite, revoke, add. */
import { useEffect, useState } from "preact/hooks";
import { fetchLinks, type RoomLink } from "../links";
import { Button, copyText, Sheet, Tick } from "../parts";
import { testId } from "../testids";
import { commands, MODERATORS, ROLE } from "../wire";
import { type Lang, type Pair, t } from "../words";
import { roleNames } from "../words/common";
import { desk as words } from "../words/moderator";
import type { Desk } from "./desk";
import { invitation, maskOf } from "./invite";

/** "Сотрудник или руководитель" for a link that leaves the role open. */
export function roleName(mask: number): string {
  const names = Object.entries(roleNames)
    .filter(([bit]) => mask & Number(bit))
    .map(([, name], n) => (n ? t(name).toLowerCase() : t(name)));
  if (names.length < 2) return names[0] ?? "";
  return t(words.either, names.slice(0, -1).join(", "), names[names.length - 1] ?? "");
}

/** What a role may do, for somebody who hands out its link for the first time. */
const LEADS: Readonly<Record<number, Pair>> = {
  [ROLE.facilitator]: words.linkFacilitator,
  [ROLE.cofacilitator]: words.linkCofacilitator,
  [ROLE.stage]: words.linkStage,
  [ROLE.member]: words.linkMember,
  [ROLE.customer]: words.linkCustomer,
  [ROLE.observer]: words.linkObserver,
};

/** The links of the room; asked for again whenever one is added or revoked. */
function useLinks(desk: Desk) {
  const { room } = desk;
  const [links, setLinks] = useState<readonly RoomLink[] | null>(null);
  const [failed, setFailed] = useState(false);
  const known = room.replica.room.all("link");
  useEffect(() => {
    fetchLinks(room)
      .then((fetched) => {
        setLinks(fetched);
        setFailed(false);
      })
      .catch(() => setFailed(true));
  }, [room, known]);
  const revoked = new Set(known.filter((link) => link.revoked).map((link) => link.id));
  const good = links?.filter((link) => !revoked.has(link.id));
  return { links: good?.sort((a, b) => rankOf(a) - rankOf(b)), failed };
}

/** Participants first, then the stage, then those who lead. */
function rankOf(link: RoomLink): number {
  const mask = maskOf(link.role);
  if (mask & MODERATORS) return 2000 + mask;
  return mask & ROLE.stage ? 1000 : mask;
}

export function Links({ desk }: { desk: Desk }) {
  const { links, failed } = useLinks(desk);
  const [shown, setShown] = useState<RoomLink | null>(null);
  const [letter, setLetter] = useState<RoomLink | null>(null);
  if (shown) return <Large desk={desk} link={shown} onClose={() => setShown(null)} />;
  if (letter) return <Letter desk={desk} link={letter} onClose={() => setLetter(null)} />;
  return (
    <Sheet title={t(words.links)} onClose={() => desk.open(null)}>
      <p class="soft">{t(words.linksLead)}</p>
      {failed && (
        <p class="warn" role="alert">
          {t(words.linksFailed)}
        </p>
      )}
      {!links && !failed && <p class="soft">{t(words.linksComing)}</p>}
      <ul class="links">
        {links?.map((link) => (
          <OneLink
            key={link.id}
            desk={desk}
            link={link}
            onShow={() => setShown(link)}
            onLetter={() => setLetter(link)}
          />
        ))}
      </ul>
      <AddLink desk={desk} />
    </Sheet>
  );
}

interface OneLinkProps {
  readonly desk: Desk;
  readonly link: RoomLink;
  readonly onShow: () => void;
  readonly onLetter: () => void;
}

function OneLink({ desk, link, onShow, onLetter }: OneLinkProps) {
  const [copied, setCopied] = useState(false);
  const mask = maskOf(link.role);
  const name = roleName(mask);
  return (
    <li {...testId("link")}>
      <button
        type="button"
        class="links__qr"
        aria-label={`${t(words.showQr)}: ${name}`}
        onClick={onShow}
      >
        <img src={link.qr} alt="" width="96" height="96" />
      </button>
      <div>
        <b>{name}</b>
        <p class="soft">{t(LEADS[mask] ?? words.linkOther)}</p>
        <input
          readOnly
          value={link.url}
          aria-label={name}
          onFocus={(event) => event.currentTarget.select()}
          {...testId("link-url")}
        />
        <div class="card__deeds">
          <Button id="link-copy" onPress={() => void copyText(link.url).then(setCopied)}>
            {t(copied ? words.copied : words.copy)}
          </Button>
          <Button id="link-letter" onPress={onLetter}>
            {t(words.letter)}
          </Button>
          <Button id="link-show" onPress={onShow}>
            {t(words.showQr)}
          </Button>
          <Revoke desk={desk} link={link} />
        </div>
      </div>
    </li>
  );
}

/** A revoked link never works again, which the button says before the second press. */
function Revoke({ desk, link }: { desk: Desk; link: RoomLink }) {
  const [sure, setSure] = useState(false);
  const revoke = () => void desk.act(commands.revokeLink(link.id), { text: t(words.revoked) });
  return (
    <>
      <Button id="link-revoke" onPress={() => (sure ? revoke() : setSure(true))}>
        {t(sure ? words.revokeSure : words.revoke)}
      </Button>
      {sure && (
        <p class="warn" role="status">
          {t(words.revokeLead)}
        </p>
      )}
    </>
  );
}

/** One code, as large as the screen allows, to be held out to a room. */
function Large({ desk, link, onClose }: { desk: Desk; link: RoomLink; onClose: () => void }) {
  return (
    <Sheet title={roleName(maskOf(link.role))} onClose={onClose}>
      <div class="large" {...testId("link-large")}>
        <img src={link.qr} alt={`QR: ${roleName(maskOf(link.role))}`} />
        <p>{t(words.joinHere)}</p>
        <b class="num">{desk.room.session.code}</b>
        <p class="soft">{location.host}</p>
      </div>
    </Sheet>
  );
}

const LANGUAGES: readonly (readonly [Lang, string])[] = [
  ["ru", "Русский"],
  ["en", "English"],
];

function Letter({ desk, link, onClose }: { desk: Desk; link: RoomLink; onClose: () => void }) {
  return (
    <LetterSheet
      title={t(words.letterFor, roleName(maskOf(link.role)))}
      write={(language) => invitation(desk.room, link, language)}
      onClose={onClose}
    />
  );
}

interface LetterProps {
  readonly title: string;
  readonly write: (language: Lang) => string;
  readonly onClose: () => void;
}

/** A letter in both languages, ready to paste. */
export function LetterSheet({ title, write, onClose }: LetterProps) {
  const [copied, setCopied] = useState<Lang | null>(null);
  const copy = (language: Lang, text: string) =>
    void copyText(text).then((done) => setCopied(done ? language : null));
  return (
    <Sheet title={title} onClose={onClose}>
      {LANGUAGES.map(([language, name]) => {
        const text = write(language);
        return (
          <section key={language} class="letter" lang={language}>
            <h3>{name}</h3>
            <textarea
              readOnly
              rows={6}
              value={text}
              aria-label={name}
              onFocus={(event) => event.currentTarget.select()}
              {...testId(`letter-${language}`)}
            />
            <Button id="letter-copy" onPress={() => copy(language, text)}>
              {t(copied === language ? words.copied : words.copyLetter)}
            </Button>
          </section>
        );
      })}
    </Sheet>
  );
}

const OPEN_ROLES = [
  ROLE.member,
  ROLE.lead,
  ROLE.customer,
  ROLE.partner,
  ROLE.expert,
  ROLE.interviewer,
  ROLE.observer,
];
const SINGLE_ROLES = [ROLE.cofacilitator, ROLE.facilitator, ROLE.stage];

/** One role, or several of which the person chooses one on joining. */
function AddLink({ desk }: { desk: Desk }) {
  const [mask, setMask] = useState(0);
  const own = desk.room.role.value;
  const single = SINGLE_ROLES.filter(
    (role) => role !== ROLE.facilitator || own === ROLE.facilitator,
  );
  const isSingle = (single as readonly number[]).includes(mask);
  const toggle = (role: number) => setMask(isSingle ? role : mask ^ role);
  const add = () => {
    const text = t(words.linkAdded, roleName(mask));
    void desk.act(commands.addLink(mask), {
      text,
      undo: ([made = 0]) => [[commands.revokeLink(made)]],
    });
    setMask(0);
  };
  return (
    <section class="addlink">
      <h3>{t(words.addLink)}</h3>
      <p class="soft">{t(words.addLinkLead)}</p>
      <div class="ticks">
        {OPEN_ROLES.map((role) => (
          <Tick
            key={role}
            id={`link-role-${role}`}
            on={(mask & role) !== 0}
            onPress={() => toggle(role)}
          >
            {roleName(role)}
          </Tick>
        ))}
        {single.map((role) => (
          <Tick
            key={role}
            id={`link-role-${role}`}
            on={mask === role}
            onPress={() => setMask(mask === role ? 0 : role)}
          >
            {roleName(role)}
          </Tick>
        ))}
      </div>
      <Button id="link-add" look="act" wide off={mask === 0} onPress={add}>
        {mask ? t(words.makeLink, roleName(mask).toLowerCase()) : t(words.chooseRole)}
      </Button>
    </section>
  );
}
