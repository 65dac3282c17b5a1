/** Links: addresses with their pictures, new ones, and revoking. */
import { useEffect, useState } from "preact/hooks";
import { fetchLinks, type RoomLink } from "../links";
import { Button, copyText, Sheet } from "../parts";
import type { Room } from "../room";
import { testId } from "../testids";
import { commands, ROLE } from "../wire";
import { t } from "../words";
import { roleNames } from "../words/common";
import { desk } from "../words/moderator";

export function Links({ room, onClose }: { room: Room; onClose: () => void }) {
  const [links, setLinks] = useState<readonly RoomLink[]>([]);
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
  return (
    <Sheet title={t(desk.links)} onClose={onClose}>
      <p class="soft">{t(desk.linksLead)}</p>
      {failed && (
        <p class="warn" role="alert">
          {t(desk.linksFailed)}
        </p>
      )}
      <ul class="links">
        {links
          .filter((link) => !revoked.has(link.id))
          .map((link) => (
            <OneLink key={link.id} room={room} link={link} />
          ))}
      </ul>
      <h2>{t(desk.addLink)}</h2>
      <div class="chips">
        {Object.entries(roleNames).map(([role, name]) => (
          <Button
            key={role}
            id={`link-add-${Number(role)}`}
            onPress={() => void room.do(commands.addLink(Number(role)))}
          >
            {t(name)}
          </Button>
        ))}
      </div>
    </Sheet>
  );
}

function OneLink({ room, link }: { room: Room; link: RoomLink }) {
  const [copied, setCopied] = useState(false);
  const [sure, setSure] = useState(false);
  const revoke = () => (sure ? void room.do(commands.revokeLink(link.id)) : setSure(true));
  return (
    <li {...testId("link")}>
      <img
        src={link.qr}
        alt={`QR: ${t(roleNames[ROLE[link.role]] ?? ["", ""])}`}
        width="112"
        height="112"
      />
      <div>
        <b>{t(roleNames[ROLE[link.role]] ?? ["", ""])}</b>
        <input
          readOnly
          value={link.url}
          aria-label={t(roleNames[ROLE[link.role]] ?? ["", ""])}
          onFocus={(event) => event.currentTarget.select()}
          {...testId("link-url")}
        />
        <div class="duo">
          <Button id="link-copy" onPress={() => void copyText(link.url).then(setCopied)}>
            {t(copied ? desk.copied : desk.copy)}
          </Button>
          <Button id="link-revoke" onPress={revoke}>
            {t(sure ? desk.revokeSure : desk.revoke)}
          </Button>
        </div>
      </div>
    </li>
  );
}
