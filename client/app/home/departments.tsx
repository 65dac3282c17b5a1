/** The departments that are expected, each marked as internal or meeting customers (R1.4). */
import { useState } from "preact/hooks";
import { Icon } from "../icons";
import { Button } from "../parts";
import { testId } from "../testids";
import { t } from "../words";
import { home, usualDepartments } from "../words/home";
import { type Department, withDepartments } from "./form";

interface Props {
  readonly list: readonly Department[];
  readonly onList: (list: readonly Department[]) => void;
}

export function Departments({ list, onList }: Props) {
  const replace = (at: number, one: Department) =>
    onList(list.map((old, place) => (place === at ? one : old)));
  return (
    <fieldset class="field">
      <legend>{t(home.departments)}</legend>
      <p class="note">{t(home.departmentsLead)}</p>
      <ul class="depts">
        {list.map((one, at) => (
          <Row
            key={one.name}
            one={one}
            onTurn={() => replace(at, { ...one, internal: !one.internal })}
            onRemove={() => onList(list.filter((_, place) => place !== at))}
          />
        ))}
      </ul>
      <More list={list} onList={onList} />
      <Usual list={list} onList={onList} />
      <p class="warning" role="status" {...testId("home-no-internal")}>
        {!list.some((one) => one.internal) && t(home.noInternal)}
      </p>
    </fieldset>
  );
}

interface RowProps {
  readonly one: Department;
  readonly onTurn: () => void;
  readonly onRemove: () => void;
}

function Row({ one, onTurn, onRemove }: RowProps) {
  const mark = t(one.internal ? home.internal : home.facing);
  return (
    <li {...testId("home-department")}>
      <b dir="auto">{one.name}</b>
      <Button
        id="home-department-mark"
        look="text"
        label={t(home.turn, one.name, mark)}
        onPress={onTurn}
      >
        {mark}
      </Button>
      <Button
        id="home-department-remove"
        look="bare"
        label={t(home.removeOne, one.name)}
        onPress={onRemove}
      >
        <Icon name="cross" />
      </Button>
    </li>
  );
}

function More({ list, onList }: Props) {
  const [text, setText] = useState("");
  const add = () => {
    onList(withDepartments(list, text, true));
    setText("");
  };
  return (
    <div class="inline">
      <input
        aria-label={t(home.addDepartment)}
        placeholder={t(home.addDepartment)}
        value={text}
        maxLength={2000}
        autocomplete="off"
        dir="auto"
        onInput={(event) => setText(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key !== "Enter") return;
          event.preventDefault(); // it adds a department and does not send the form
          add();
        }}
        {...testId("home-departments")}
      />
      <Button id="home-department-add" off={!text.trim()} onPress={add}>
        {t(home.add)}
      </Button>
    </div>
  );
}

function Usual({ list, onList }: Props) {
  const known = new Set(list.map((one) => one.name));
  const left = usualDepartments.filter(([name]) => !known.has(t(name)));
  if (!left.length) return null;
  return (
    <fieldset class="chips" aria-label={t(home.usual)}>
      {left.map(([name, internal]) => (
        <button
          key={name[1]}
          type="button"
          class="chip"
          onClick={() => onList(withDepartments(list, t(name), internal))}
          {...testId("home-usual")}
        >
          <Icon name="plus" />
          {t(name)}
        </button>
      ))}
    </fieldset>
  );
}
