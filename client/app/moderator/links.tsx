/** Links by role: show, copy, invite, revoke. */
import { useEffect, useState } from "preact/hooks";
import { fetchLinks, type RoomLink } from "../links";
import { Button, copyText, Sheet } from "../parts";
import { testId } from "../testids";
import { commands, MODERATORS, ROLE } from "../wire";
import { type Pair, t } from "../words";
import { desk as words } from "../words/moderator";
import { AddLink } from "./add-link";
import type { Desk } from "./desk";
import { maskOf } from "./invite";
import { Letter } from "./letter";
import { roleName } from "./role-name";

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
