/** Joining: a name, a department where the role may see them, and where one sits. */
import { useState } from "preact/hooks";
import { Icon } from "../icons";
import { Button, Choice, ConnectionNote, Dot, Field, Languages } from "../parts";
import type { Room } from "../room";
import { testId } from "../testids";
import { LIMIT, ROLE } from "../wire";
import { refusal, t } from "../words";
import { common, roleNames } from "../words/common";
import { phone } from "../words/phone";

const OTHER = -1;
const INSIDE = ROLE.facilitator | ROLE.cofacilitator | ROLE.interviewer | ROLE.member | ROLE.lead;

export function Join({ room }: { room: Room }) {
  const [department, setDepartment] = useState(0);
  const [place, setPlace] = useState<"onsite" | "remote">("onsite");
  const [problem, setProblem] = useState("");
  const [busy, setBusy] = useState(false);
  const name = room.drafts.get(0, "name");
  const named = room.drafts.get(0, "department");
  const enter = async () => {
    if (!name.trim()) return setProblem(t(phone.nameNeeded));
    setBusy(true);
    const fresh = department === OTHER ? named.trim() : "";
    const answer = await room.join(name.trim(), Math.max(0, department), fresh, place);
    setBusy(false);
    if (!answer.ok) setProblem(refusal(answer.code));
    for (const one of room.outbox.returned.peek()) {
      if (one.command[0] === "join") room.outbox.forget(one); // the form still holds the words
    }
  };
  return (
    <form
      class="phone join"
      onSubmit={(event) => {
        event.preventDefault();
        void enter();
      }}
    >
      <header class="top">
        <div class="top__row">
          <p class="top__step num">
            <span>{t(common.room)}</span>
            {room.session.code}
          </p>
          <Languages />
          <Dot room={room} />
        </div>
        <div class="clock" />
      </header>
      <ConnectionNote room={room} />
      <main class="page">
        <h1>{room.facts.value?.title}</h1>
        <p class="join__goal">{room.facts.value?.goal}</p>
        <div class={problem ? "is-wrong" : ""}>
          <Field
            id="join-name"
            label={t(phone.hello)}
            most={LIMIT.name}
            value={name}
            onText={(text) => {
              setProblem("");
              room.drafts.set(0, "name", text);
            }}
          />
          {problem && (
            <p class="field__err" role="alert">
              {problem}
            </p>
          )}
        </div>
        {(room.role.value & INSIDE) !== 0 && (
          <Departments {...{ room, department, setDepartment, named }} />
        )}
        <fieldset class="field" aria-label={t(phone.where)}>
          <div class="two">
            <Choice
              id="join-onsite"
              icon="people"
              on={place === "onsite"}
              onPress={() => setPlace("onsite")}
            >
              {t(phone.onsite)}
            </Choice>
            <Choice
              id="join-remote"
              icon="screen"
              on={place === "remote"}
              onPress={() => setPlace("remote")}
            >
              {t(phone.remote)}
            </Choice>
          </div>
        </fieldset>
        <p class="lead-in">{t(phone.asRole, t(roleNames[room.role.value] ?? ["", ""]))}</p>
      </main>
      <footer class="foot">
        <Button id="join-send" look="act" wide submit off={busy}>
          {busy && <i class="spool" />}
          {t(busy ? phone.joining : phone.join)}
        </Button>
      </footer>
    </form>
  );
}

interface DepartmentsProps {
  readonly room: Room;
  readonly department: number;
  readonly setDepartment: (department: number) => void;
  readonly named: string;
}

function Departments({ room, department, setDepartment, named }: DepartmentsProps) {
  const list = room.replica.room.all("department");
  const chip = (
    id: number,
    name: string | null,
    test: "join-dept-other" | `join-dept-${number}`,
  ) => (
    <button
      key={id}
      type="button"
      class="chip"
      aria-pressed={department === id}
      onClick={() => setDepartment(department === id ? 0 : id)}
      {...testId(test)}
    >
      <Icon name="check" />
      {name}
    </button>
  );
  return (
    <>
      <fieldset class="field" aria-label={t(phone.department)}>
        <span>{t(phone.department)}</span>
        <div class="chips">
          {list.map((one) => chip(one.id, one.name, `join-dept-${one.id}`))}
          {chip(OTHER, t(phone.otherDepartment), "join-dept-other")}
        </div>
      </fieldset>
      {department === OTHER && (
        <Field
          id="join-dept-name"
          label={t(phone.departmentName)}
          most={LIMIT.name}
          value={named}
          onText={(text) => room.drafts.set(0, "department", text)}
        />
      )}
    </>
  );
}
