/** Groups at the desk: what belongs together, names, and the last merge with its way back. */
import { useState } from "preact/hooks";
import { Button, Field, Sheet } from "../parts";
import { groupName, shownCards, textOf } from "../select";
import { testId } from "../testids";
import { type Card, commands, type Group, LIMIT } from "../wire";
import { count, t } from "../words";
import { common } from "../words/common";
import { desk as words } from "../words/moderator";
import { ModCard } from "./cards";
import type { Desk } from "./desk";
import { Find, matches } from "./find";
import { SpotButton } from "./spot";

const MANY = 12;

export function Grouping({ desk }: { desk: Desk }) {
  const [picked, setPicked] = useState<readonly number[]>([]);
  const [sought, setSought] = useState("");
  const { room } = desk;
  const cards = shownCards(room);
  const loose = cards.filter((card) => !card.group && matches(sought, textOf(card), card.name));
  const groups = [...room.replica.room.all("group")].sort((a, b) => b.cards - a.cards);
  const toggle = (id: number) =>
    setPicked(picked.includes(id) ? picked.filter((one) => one !== id) : [...picked, id]);
  return (
    <>
      <LastMerge desk={desk} />
      {picked.length > 0 && (
        <Together desk={desk} picked={picked} groups={groups} onDone={() => setPicked([])} />
      )}
      {groups.map((group) => (
        <GroupPile
          key={group.id}
          desk={desk}
          group={group}
          cards={cards.filter((card) => card.group === group.id)}
        />
      ))}
      <section class="pile" {...testId("pile")}>
        <h2>
          {t(words.loose)}
          <span class="num">{loose.length}</span>
        </h2>
        {loose.length === 0 && !sought && <p class="soft">{t(words.noLoose)}</p>}
        {(cards.length > MANY || sought) && (
          <Find label={t(words.findCard)} value={sought} onText={setSought} />
        )}
        <ul>
          {loose.map((card) => (
            <ModCard
              key={card.id}
              desk={desk}
              card={card}
              lane
              pick={{ on: picked.includes(card.id), toggle: () => toggle(card.id) }}
            />
          ))}
        </ul>
      </section>
    </>
  );
}

function LastMerge({ desk }: { desk: Desk }) {
  const merges = desk.room.replica.room.all("merge");
  const last = merges[merges.length - 1];
  if (!last) return null;
  const name = groupName(desk.room, last.group);
  return (
    <div class="tip">
      <p>
        {t(words.merges)} {t(words.quoted, name)}
      </p>
      <Button
        id="undo"
        onPress={() => void desk.act(commands.undoMerge(last.id), { text: t(words.unmerged) })}
      >
        {t(words.undo)}
      </Button>
    </div>
  );
}

interface TogetherProps {
  readonly desk: Desk;
  readonly picked: readonly number[];
  readonly groups: readonly Group[];
  readonly onDone: () => void;
}

/** Puts the picked cards into a group: a new one, or one that there is. */
function Together({ desk, picked, groups, onDone }: TogetherProps) {
  const [into, setInto] = useState(0);
  const merge = () => {
    void desk.act(commands.mergeCards(picked, into), {
      text: t(words.mergedOnes, count(common.cards, picked.length)),
      undo: (made) => [[commands.undoMerge(made[made.length - 1] ?? 0)]],
    });
    onDone();
  };
  return (
    <div class="tip together">
      <p>{t(words.pickedCards, count(common.cards, picked.length))}</p>
      <select
        aria-label={t(words.intoWhich)}
        value={into}
        onChange={(event) => setInto(Number(event.currentTarget.value))}
      >
        <option value={0}>{t(words.newGroup)}</option>
        {groups.map((group) => (
          <option key={group.id} value={group.id}>
            {groupName(desk.room, group.id)}
          </option>
        ))}
      </select>
      <Button id="merge" look="act" off={into === 0 && picked.length < 2} onPress={merge}>
        {t(words.together)}
      </Button>
      <Button id="pick-none" look="bare" onPress={onDone}>
        {t(common.cancel)}
      </Button>
    </div>
  );
}

function GroupPile({ desk, group, cards }: { desk: Desk; group: Group; cards: readonly Card[] }) {
  const [naming, setNaming] = useState(false);
  return (
    <details class="pile pile--group" {...testId("group")}>
      <summary>
        <b>{groupName(desk.room, group.id)}</b>
        <span class="num">{group.cards}</span>
      </summary>
      <div class="card__deeds">
        <SpotButton desk={desk} target={group.id} />
        <Button id="group-open" onPress={() => setNaming(true)}>
          {t(words.rename)}
        </Button>
        <JoinInto desk={desk} group={group} cards={cards} />
      </div>
      <ul>
        {cards.map((card) => (
          <ModCard key={card.id} desk={desk} card={card} lane />
        ))}
      </ul>
      {naming && <Naming desk={desk} group={group} onClose={() => setNaming(false)} />}
    </details>
  );
}

/** Two groups that are one: all cards of this go into another, which can be undone. */
function JoinInto({ desk, group, cards }: { desk: Desk; group: Group; cards: readonly Card[] }) {
  const others = desk.room.replica.room.all("group").filter((one) => one.id !== group.id);
  if (others.length === 0) return null;
  const join = (into: number) => {
    const ids = cards.map((card) => card.id);
    void desk.act(commands.mergeCards(ids, into), {
      text: t(words.mergedOnes, count(common.cards, ids.length)),
      undo: () => [[commands.mergeCards(ids, 0), group.name ?? ""]], // as a group of its own again
    });
  };
  return (
    <select
      aria-label={t(words.joinInto)}
      value={0}
      onChange={(event) => join(Number(event.currentTarget.value))}
      {...testId("group-join")}
    >
      <option value={0}>{t(words.joinInto)}</option>
      {others.map((one) => (
        <option key={one.id} value={one.id}>
          {groupName(desk.room, one.id)}
        </option>
      ))}
    </select>
  );
}

function Naming({ desk, group, onClose }: { desk: Desk; group: Group; onClose: () => void }) {
  const [name, setName] = useState(group.name ?? "");
  const before = group.name ?? "";
  const save = () => {
    onClose();
    const undo = () => [[commands.renameGroup(group.id), before] as const];
    const told = { text: t(words.renamed, name.trim()), ...(before ? { undo } : {}) };
    void desk.act(commands.renameGroup(group.id), told, [name.trim()]);
  };
  return (
    <Sheet title={t(words.rename)} onClose={onClose}>
      <Field
        id="group-name"
        label={t(words.groupName)}
        most={LIMIT.name}
        value={name}
        onText={setName}
      />
      <Button id="group-rename" look="act" wide off={!name.trim()} onPress={save}>
        {t(common.save)}
      </Button>
    </Sheet>
  );
}
