/** Before the beginning: how people come in, and what is worth mending while there is time. */
import { signal } from "@preact/signals";
import { useState } from "preact/hooks";
import { Icon } from "../icons";
import { useDoor } from "../links";
import { Button } from "../parts";
import { testId } from "../testids";
import { t } from "../words";
import { desk as words } from "../words/moderator";
import { warnings } from "../words/moderator-lists";
import { Expect } from "./departments";
import type { Desk } from "./desk";
import { companyOf, isEarly, type Warning, warningsOf } from "./warnings";

export function Lobby({ desk }: { desk: Desk }) {
  const { room } = desk;
  const { online } = room.present.value;
  return (
    <>
      <Door desk={desk} />
      <section class="ready">
        <h2>{t(words.beforeStart)}</h2>
        <ol class="nine">
          <Item done={online > 0} text={t(words.readyPeople)} lead={t(words.readyPeopleLead)} />
          <Item done={room.seat.value > 0} text={t(words.readyName)} lead={t(words.readyNameLead)}>
            <Button id="name-open" onPress={() => desk.open("name")}>
              {t(words.nameMyself)}
            </Button>
          </Item>
          <Item
            done={room.present.value.hosts > 1}
            text={t(words.readySecond)}
            lead={t(words.readySecondLead)}
          >
            <Button id="links-second" onPress={() => desk.open("links")}>
              {t(words.links)}
            </Button>
          </Item>
        </ol>
      </section>
    </>
  );
}

interface ItemProps {
  readonly done: boolean;
  readonly text: string;
  readonly lead: string;
  readonly children?: preact.ComponentChildren;
}

function Item({ done, text, lead, children }: ItemProps) {
  return (
    <li class={done ? "ok" : "todo"}>
      {done ? <Icon name="check" /> : <i class="dot" aria-hidden="true" />}
      <b>{text}</b>
      {!done && <p>{lead}</p>}
      {!done && children}
    </li>
  );
}

/** The way in, for a room without a stage and for people who come late. */
function Door({ desk }: { desk: Desk }) {
  const door = useDoor(desk.room);
  if (!door) return null;
  return (
    <section class="door">
      <img src={door.qr} alt={`QR: ${desk.room.session.code}`} />
      <div>
        <p>{t(words.joinHere)}</p>
        <b class="num">{desk.room.session.code}</b>
        <p>{location.host}</p>
        <Button id="links-door" onPress={() => desk.open("links")}>
          <Icon name="link" />
          {t(words.inviteOthers)}
        </Button>
      </div>
    </section>
  );
}

/** Warnings that were put aside, for as long as the page lives. */
const seen = signal<ReadonlySet<string>>(new Set());

/** Who is missing or not heard, while there is time to do something about it. (R1.4) */
export function Warnings({ desk }: { desk: Desk }) {
  const [adding, setAdding] = useState(false);
  if (!isEarly(desk.room) || desk.room.facts.value?.closed_ms) return null;
  const open = warningsOf(companyOf(desk.room)).filter((one) => !seen.value.has(one.code));
  return (
    <>
      {open.map((one) => (
        <div key={one.code} class="tip tip--warn" role="status" {...testId(`warning-${one.code}`)}>
          <p>{textOf(one)}</p>
          {one.code === "no_internal" ? (
            <Button id="warning-expect" onPress={() => setAdding(true)}>
              {t(words.expectShort)}
            </Button>
          ) : (
            <Button id="warning-links" onPress={() => desk.open("links")}>
              {t(words.inviteOthers)}
            </Button>
          )}
          <Button
            id="warning-aside"
            look="bare"
            label={t(words.putAside)}
            onPress={() => {
              seen.value = new Set([...seen.value, one.code]);
            }}
          >
            <Icon name="cross" />
          </Button>
        </div>
      ))}
      {adding && <Expect desk={desk} onClose={() => setAdding(false)} />}
    </>
  );
}

function textOf(warning: Warning): string {
  if (warning.code === "internal_missing") {
    return t(warnings.internal_missing, warning.names.join(", "));
  }
  return t(warnings[warning.code]);
}
