/** Themes: the list, one of them opened, and the choice of one for some cards. */
import type { ReadonlySignal } from "@preact/signals";
import { useState } from "preact/hooks";
import { Icon, VoiceMark } from "../icons";
import { Button, Field, Sheet } from "../parts";
import type { Room } from "../room";
import { groupName, shownCards, textOf } from "../select";
import { testId } from "../testids";
import { type Card, commands, type Group, LIMIT } from "../wire";
import { count, t } from "../words";
import { common } from "../words/common";
import { grouping } from "../words/group";
import { likeThemes } from "./alike";
import { isCustomers } from "./cards";
import type { Picking } from "./picking";
import type { Similar } from "./similar";

interface Props {
  readonly room: Room;
  readonly picking: Picking;
  readonly acts: boolean;
}

/** In the order in which they were made, so that none moves while it grows. */
export function Themes({ room, picking, acts }: Props) {
  const themes = room.replica.room.all("group");
  const chosen = picking.chosen.value;
  const hint = acts && chosen.length > 0;
  if (themes.length === 0) return null;
  const tap = (theme: Group) => {
    if (hint) void picking.put(chosen, theme.id);
    else picking.opened.value = theme.id;
  };
  return (
    <section id="themes">
      <div class="sec">
        <h2>
          {t(grouping.themes)} <span class="num">{themes.length}</span>
        </h2>
        {hint && <span>{t(grouping.tapToAdd)}</span>}
      </div>
      <ul>
        {themes.map((theme) => (
          <Heap key={theme.id} {...{ room, theme, hint }} onTap={() => tap(theme)} />
        ))}
      </ul>
    </section>
  );
}

interface HeapProps {
  readonly room: Room;
  readonly theme: Group;
  /** A tap puts the chosen cards in, rather than opening it. */
  readonly hint: boolean;
  readonly onTap: () => void;
}

function Heap({ room, theme, hint, onTap }: HeapProps) {
  return (
    <li>
      <button type="button" class="heap" onClick={onTap} {...testId(hint ? "group" : "group-open")}>
        <Icon name={hint ? "plus" : "right"} />
        <b class={theme.name ? "" : "heap__unnamed"}>{groupName(room, theme.id)}</b>
        <span class="num" role="img" aria-label={count(common.cards, theme.cards)}>
          {theme.cards}
        </span>
      </button>
    </li>
  );
}

interface WhereProps {
  readonly room: Room;
  readonly picking: Picking;
  readonly similar: ReadonlySignal<Similar>;
}

/** Which theme some cards should go to; those that are most like them come first. */
export function Where({ room, picking, similar }: WhereProps) {
  const cards = picking.moving.value ?? [];
  const from = room.replica.room.one("card", cards[0] ?? 0)?.group;
  const like = likeThemes(room, similar.value.to(cards)).map((found) => found.id);
  const rank = (theme: Group) => (like.includes(theme.id) ? like.indexOf(theme.id) : like.length);
  const themes = room.replica.room
    .all("group")
    .filter((theme) => theme.id !== from)
    .sort((a, b) => rank(a) - rank(b) || a.id - b.id);
  const close = () => {
    picking.moving.value = null;
  };
  return (
    <Sheet title={count(grouping.whereTo, cards.length)} onClose={close}>
      <ul>
        {themes.map((theme) => (
          <Heap
            key={theme.id}
            {...{ room, theme }}
            hint
            onTap={() => void picking.put(cards, theme.id)}
          />
        ))}
      </ul>
    </Sheet>
  );
}

/** One theme: its cards, its name, and a way out for each card. */
export function OpenTheme({ room, picking, acts }: Props) {
  const theme = room.replica.room.one("group", picking.opened.value);
  const close = () => {
    picking.opened.value = 0;
  };
  if (!theme) return null;
  const cards = shownCards(room).filter((card) => card.group === theme.id);
  const others = room.replica.room.all("group").length > 1;
  return (
    <Sheet title={theme.name || count(common.cards, cards.length)} onClose={close}>
      {acts && <Name room={room} theme={theme} onNamed={close} />}
      <ul>
        {cards.map((card) => (
          <InTheme key={card.id} room={room} card={card} acts={acts} />
        ))}
      </ul>
      {acts && others && (
        <Button
          id="join-themes"
          look="text"
          onPress={() => {
            close();
            picking.moving.value = cards.map((card) => card.id);
          }}
        >
          {t(grouping.joinThemes)}
        </Button>
      )}
    </Sheet>
  );
}

function Name({ room, theme, onNamed }: { room: Room; theme: Group; onNamed: () => void }) {
  const [name, setName] = useState(theme.name ?? "");
  const rename = () => {
    void room.do(commands.renameGroup(theme.id), [name.trim()]);
    onNamed();
  };
  return (
    <form
      class="stacked"
      onSubmit={(event) => {
        event.preventDefault();
        if (name.trim()) rename();
      }}
    >
      <Field
        id="group-name"
        label={t(grouping.nameLabel)}
        most={LIMIT.name}
        value={name}
        onText={setName}
      />
      <Button id="group-rename" look="act" wide submit off={!name.trim()}>
        {t(grouping.name)}
      </Button>
    </form>
  );
}

function InTheme({ room, card, acts }: { room: Room; card: Card; acts: boolean }) {
  return (
    <li class="heap heap--card">
      <VoiceMark role={card.role} />
      <p class={isCustomers(card) ? "word" : ""}>{textOf(card)}</p>
      {acts && (
        <Button id="take-out" look="text" onPress={() => void room.do(commands.takeOut(card.id))}>
          {t(grouping.takeOut)}
        </Button>
      )}
    </li>
  );
}
