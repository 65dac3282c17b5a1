/** Departments: which of them are silent in this step, and which have not come. */
import { signal } from "@preact/signals";
import { useState } from "preact/hooks";
import { Button, Field, Sheet, Tick } from "../parts";
import { testId } from "../testids";
import { commands, LIMIT } from "../wire";
import { count, type Pair, t } from "../words";
import { desk as words } from "../words/moderator";
import type { Desk } from "./desk";
import { type Hearing, hearingOf, type Silence } from "./silent";

/** People without a department have spoken for none. */
function headingOf({ silent, byDepartment }: Hearing): Pair {
  if (silent.length > 0) return words.silent;
  return byDepartment ? words.allHeard : words.heardTitle;
}

/** R1.7: the share of those who contributed, and departments that have not; never persons. */
export function Silent({ desk }: { desk: Desk }) {
  const step = desk.room.step.value;
  const hearing = hearingOf(desk.room);
  if (step?.input && step.anonymous) return <p class="soft note">{t(words.silentHidden)}</p>;
  if (!hearing || hearing.of === 0) return null;
  const share = Math.round((100 * hearing.heard) / hearing.of);
  return (
    <section {...testId("silent")}>
      <h2>
        {t(headingOf(hearing))}
        {hearing.silent.length > 0 && <span class="num">{hearing.silent.length}</span>}
      </h2>
      <p class="soft num" {...testId("heard-share")}>
        {t(words.heardShare, share, hearing.heard, hearing.of)}
      </p>
      <ul class="ppl ppl--a">
        {hearing.silent.map((one) => (
          <SilentOne key={one.department.id} desk={desk} silence={one} />
        ))}
      </ul>
    </section>
  );
}

/** Departments that were reminded in a round, so that nobody presses it over and over. */
const reminded = signal<ReadonlySet<string>>(new Set());

function SilentOne({ desk, silence }: { desk: Desk; silence: Silence }) {
  const { department, people } = silence;
  const key = `${desk.room.step.value?.round ?? 0}:${department.id}`;
  const done = reminded.value.has(key);
  const remind = async () => {
    const name = department.name ?? "";
    const answer = await desk.act(commands.remind(department.id), {
      text: t(words.remindedOne, name),
    });
    if (answer.ok) reminded.value = new Set([...reminded.value, key]);
  };
  return (
    <li {...testId("silent-one")}>
      <span>
        {department.name}, {count(words.peopleShort, people)}
      </span>
      <Button id="remind" off={done} onPress={() => void remind()}>
        {t(done ? words.reminded : words.remind)}
      </Button>
    </li>
  );
}

/** Expected departments, the missing ones first; more can be expected at any time. */
export function Departments({ desk }: { desk: Desk }) {
  const [adding, setAdding] = useState(false);
  const table = desk.room.replica.room;
  const joined = new Map(table.all("coverage").map((one) => [one.id, one.joined]));
  const all = table.all("department");
  const missing = all.filter((one) => one.expected && !joined.get(one.id));
  const here = all.filter((one) => joined.get(one.id));
  return (
    <section {...testId("coverage")}>
      <h2>
        {t(words.coverage)}
        <span class="num">{t(words.of, here.length, here.length + missing.length)}</span>
      </h2>
      {missing.length > 0 && <Missing names={missing.map((one) => one.name ?? "")} />}
      {all.length > 0 && missing.length === 0 && <p class="soft">{t(words.allHere)}</p>}
      {here.length > 0 && (
        <details class="deps">
          <summary>{t(words.whoCame)}</summary>
          <ul class="ppl">
            {here.map((one) => (
              <li key={one.id}>
                <span>{one.name}</span>
                <span class="num">{joined.get(one.id)}</span>
              </li>
            ))}
          </ul>
        </details>
      )}
      {!desk.room.facts.value?.closed_ms && (
        <Button id="expect-open" look="text" onPress={() => setAdding(true)}>
          {t(words.expect)}
        </Button>
      )}
      {adding && <Expect desk={desk} onClose={() => setAdding(false)} />}
    </section>
  );
}

/** So many names stand in a line; more are behind it. */
const FEW = 6;

function Missing({ names }: { names: readonly string[] }) {
  const [all, setAll] = useState(false);
  const rest = all ? 0 : Math.max(0, names.length - FEW);
  const shown = names.slice(0, names.length - rest);
  return (
    <p class="warn">
      {t(words.missing, shown.join(", "))}
      {rest > 0 && (
        <button type="button" class="plain warn" onClick={() => setAll(true)}>
          {count(words.andMore, rest)}
        </button>
      )}
    </p>
  );
}

export function Expect({ desk, onClose }: { desk: Desk; onClose: () => void }) {
  const [name, setName] = useState("");
  const [internal, setInternal] = useState(true);
  const send = () => {
    const text = t(words.expected, name.trim());
    void desk.act(commands.expectDepartment(internal), { text }, [name.trim()]);
    onClose();
  };
  return (
    <Sheet title={t(words.expect)} onClose={onClose}>
      <Field
        id="expect-name"
        label={t(words.departmentName)}
        most={LIMIT.name}
        value={name}
        onText={setName}
      />
      <Tick id="expect-internal" on={internal} onPress={() => setInternal(!internal)}>
        {t(words.isInternal)}
      </Tick>
      <Button id="expect-send" look="act" wide off={!name.trim()} onPress={send}>
        {t(words.expectSend)}
      </Button>
    </Sheet>
  );
}
