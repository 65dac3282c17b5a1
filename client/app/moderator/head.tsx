/** The top of the desk: which room, who leads, other people's eyes, the links, and what is rare. */
import { Icon } from "../icons";
import { Button, Dot, Languages, Sheet, stillSending } from "../parts";
import { t } from "../words";
import { common } from "../words/common";
import { desk as words } from "../words/moderator";
import type { Desk } from "./desk";
import { hostNames, hostsLine } from "./hosts";
import { changeSide, layout, side } from "./layout";

export function Head({ desk }: { desk: Desk }) {
  const { room } = desk;
  const wide = layout.value === "wide";
  return (
    <header class="mod__top">
      <b>{stillSending(room) || room.facts.value?.title}</b>
      {wide && (
        <span class="soft">
          {t(common.room)} <span class="num">{room.session.code}</span>
        </span>
      )}
      <span class="grow" />
      {wide && (
        <>
          <Button id="open-phone" onPress={() => desk.open("phone")}>
            <Icon name="phone" />
            {t(words.asPhone)}
          </Button>
          <Button id="open-stage" onPress={() => desk.open("stage")}>
            <Icon name="screen" />
            {t(words.asStage)}
          </Button>
        </>
      )}
      {layout.value === "hand" && (
        <Button id="hand-side" onPress={changeSide}>
          <Icon name="hand" />
          {t(side.value === "right" ? words.handRight : words.handLeft)}
        </Button>
      )}
      <Button id="links-open" label={t(words.links)} onPress={() => desk.open("links")}>
        <Icon name="link" />
        {layout.value !== "small" && t(words.links)}
      </Button>
      {wide && <Hosts desk={desk} />}
      <Button id="menu-open" label={t(words.more)} onPress={() => desk.open("menu")}>
        <Icon name="more" />
      </Button>
      <Dot room={room} />
    </header>
  );
}

/** Who leads; a moderator without a name is offered one. */
function Hosts({ desk }: { desk: Desk }) {
  const { room } = desk;
  const line = hostsLine(hostNames(room), room.present.value.hosts);
  if (!room.seat.value) {
    return (
      <Button id="name-me" onPress={() => desk.open("name")}>
        {line || t(words.nameMyself)}
      </Button>
    );
  }
  return <span class="soft hosts">{line}</span>;
}

/** What is needed once a session. */
export function Menu({ desk }: { desk: Desk }) {
  const { room } = desk;
  const closed = Boolean(room.facts.value?.closed_ms);
  const line = hostsLine(hostNames(room), room.present.value.hosts);
  return (
    <Sheet title={room.facts.value?.title ?? ""} onClose={() => desk.open(null)}>
      {room.facts.value?.goal && <p>{room.facts.value.goal}</p>}
      <p class="soft">
        {t(common.room)} <span class="num">{room.session.code}</span>
        {line && `. ${line}`}
      </p>
      <Languages />
      <ul class="menu">
        {!room.seat.value && !closed && (
          <li>
            <Button id="menu-name" wide onPress={() => desk.open("name")}>
              {t(words.nameMyself)}
            </Button>
          </li>
        )}
        <li>
          <Button id="result-open" wide onPress={() => desk.open("result")}>
            {t(words.result)}
          </Button>
        </li>
        {layout.value === "wide" && (
          <li>
            <Button id="keys-open" wide onPress={() => desk.open("keys")}>
              {t(words.keys)} <kbd>?</kbd>
            </Button>
          </li>
        )}
        {!closed && (
          <li>
            <Button id="menu-close" wide onPress={() => desk.open("close")}>
              {t(words.closeRoom)}
            </Button>
          </li>
        )}
      </ul>
    </Sheet>
  );
}
