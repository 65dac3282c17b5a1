/** Putting like cards together by tapping: choose cards, then put them together or into a group. */
import { useState } from "preact/hooks";
import { Icon, VoiceMark } from "../icons";
import { Ask, Button, Field, Sheet, Tick } from "../parts";
import type { Room } from "../room";
import { groupName, mayAct, shownCards, textOf } from "../select";
import { testId } from "../testids";
import { type Card, commands, type Group as GroupView, LIMIT } from "../wire";
import { both, count, t } from "../words";
import { common } from "../words/common";
import { phone } from "../words/phone";
import type { ActivityProps } from "./activity";
import { CardRow } from "./cards";

type Picked = ReadonlySet<number>;
const NONE: Picked = new Set();

export function Group({ room, step }: ActivityProps) {
  const [picked, setPicked] = useState<Picked>(NONE);
  const [opened, setOpened] = useState(0);
  const acts = mayAct(room, step) && step.input;
  const loose = shownCards(room).filter((card) => !card.group);
  const chosen = loose.filter((card) => picked.has(card.id)).map((card) => card.id);
  const toggle = (id: number) => {
    const next = new Set(picked);
    if (!next.delete(id)) next.add(id);
    setPicked(next);
  };
  const into = (group: number) => {
    void room.do(commands.mergeCards(chosen, group), [], { step: step.id });
    setPicked(NONE);
  };
  return (
    <>
      <main class="page">
        <Ask text={both(step.prompt)} />
        <Groups
          room={room}
          hint={chosen.length > 0}
          onTap={(group) => (chosen.length > 0 ? into(group) : setOpened(group))}
        />
        <Loose room={room} cards={loose} picked={picked} onTap={acts ? toggle : null} />
      </main>
      {acts && (
        <Foot
          room={room}
          chosen={chosen.length}
          merge={() => into(0)}
          clear={() => setPicked(NONE)}
        />
      )}
      {opened !== 0 && <Opened room={room} id={opened} acts={acts} onClose={() => setOpened(0)} />}
    </>
  );
}

interface GroupsProps {
  readonly room: Room;
  readonly hint: boolean;
  readonly onTap: (group: number) => void;
}

function Groups({ room, hint, onTap }: GroupsProps) {
  const groups = [...room.replica.room.all("group")].sort((a, b) => b.cards - a.cards);
  if (groups.length === 0) return null;
  return (
    <section>
      <div class="sec">
        <h2>
          {t(phone.groups)} <span class="num">{groups.length}</span>
        </h2>
        {hint && <span>{t(phone.tapToAdd)}</span>}
      </div>
      {groups.map((group) => (
        <Heap key={group.id} room={room} group={group} hint={hint} onTap={onTap} />
      ))}
    </section>
  );
}

function Heap({ room, group, hint, onTap }: GroupsProps & { group: GroupView }) {
  return (
    <button
      type="button"
      class="heap"
      onClick={() => onTap(group.id)}
      {...testId(hint ? "group" : "group-open")}
    >
      <Icon name={hint ? "plus" : "right"} />
      <b>{groupName(room, group.id)}</b>
      <span class="num">{group.cards}</span>
    </button>
  );
}

interface LooseProps {
  readonly room: Room;
  readonly cards: readonly Card[];
  readonly picked: Picked;
  readonly onTap: ((card: number) => void) | null;
}

function Loose({ room, cards, picked, onTap }: LooseProps) {
  const some = room.replica.room.all("group").length > 0;
  return (
    <section>
      <div class="sec">
        <h2>
          {t(phone.ungrouped)} <span class="num">{cards.length}</span>
        </h2>
        {onTap && cards.length > 0 && <span>{t(phone.tapToPick)}</span>}
      </div>
      {cards.length === 0 && <p class="lead-in">{t(some ? phone.allGrouped : phone.noCards)}</p>}
      {onTap ? (
        cards.map((card) => (
          <button
            key={card.id}
            type="button"
            class="pick"
            aria-pressed={picked.has(card.id)}
            onClick={() => onTap(card.id)}
            {...testId("pick")}
          >
            <i>
              <Icon name="check" />
            </i>
            <p>{textOf(card)}</p>
            <VoiceMark role={card.role} />
          </button>
        ))
      ) : (
        <ul>
          {cards.map((card) => (
            <CardRow key={card.id} card={card} mine={false} />
          ))}
        </ul>
      )}
    </section>
  );
}

interface FootProps {
  readonly room: Room;
  readonly chosen: number;
  readonly merge: () => void;
  readonly clear: () => void;
}

function Foot({ room, chosen, merge, clear }: FootProps) {
  const mine = room.replica.room.all("merge").filter((one) => one.seat === room.seat.value);
  const last = mine[mine.length - 1];
  return (
    <footer class="foot">
      <div class="gather">
        {chosen > 0 ? (
          <p role="status">
            <b>{t(phone.picked, chosen)}</b>
            <Button id="pick-none" look="text" onPress={clear}>
              {t(phone.unpick)}
            </Button>
          </p>
        ) : (
          <div>
            <Tick id="done" on={room.done.value} onPress={() => room.setDone(!room.done.value)}>
              {t(phone.done)}
            </Tick>
            {last && (
              <Button
                id="undo"
                look="text"
                onPress={() => void room.do(commands.undoMerge(last.id))}
              >
                {t(phone.undo)}
              </Button>
            )}
          </div>
        )}
        <Button id="merge" look="act" off={chosen < 1} onPress={merge}>
          {t(phone.merge)}
        </Button>
      </div>
    </footer>
  );
}

interface OpenedProps {
  readonly room: Room;
  readonly id: number;
  readonly acts: boolean;
  readonly onClose: () => void;
}

/** One group: its cards, its name, and a way out for each card. */
function Opened({ room, id, acts, onClose }: OpenedProps) {
  const group = room.replica.room.one("group", id);
  const [name, setName] = useState(group?.name ?? "");
  if (!group) return null;
  const cards = shownCards(room).filter((card) => card.group === id);
  const rename = () => {
    void room.do(commands.renameGroup(id), [name.trim()]);
    onClose();
  };
  return (
    <Sheet title={count(common.cards, cards.length)} onClose={onClose}>
      {acts && (
        <div class="inline">
          <Field
            id="group-name"
            label={t(phone.groupNameLabel)}
            most={LIMIT.name}
            value={name}
            onText={setName}
          />
          <Button id="group-rename" look="act" off={!name.trim()} onPress={rename}>
            {t(phone.rename)}
          </Button>
        </div>
      )}
      <ul>
        {cards.map((card) => (
          <li class="heap heap--card" key={card.id}>
            <VoiceMark role={card.role} />
            <p>{textOf(card)}</p>
            {acts && (
              <Button
                id="take-out"
                look="text"
                onPress={() => void room.do(commands.takeOut(card.id))}
              >
                {t(phone.takeOut)}
              </Button>
            )}
          </li>
        ))}
      </ul>
    </Sheet>
  );
}
