/** Joining: a name, a role where the link leaves it open, a department, and where one sits. */
import { useEffect, useRef, useState } from "preact/hooks";
import { Button, ConnectionNote, Dot, Languages, stillSending } from "../parts";
import type { Room } from "../room";
import { t } from "../words";
import { common, roleNames } from "../words/common";
import { fullNotice } from "../words/gate";
import { phone } from "../words/phone";
import { NoticePage } from "./gate";
import { Joining, type Problem } from "./joining";
import { Departments, isInside, NameField, Places, Roles } from "./person";
import { whenWords } from "./when";

export function Join({ room }: { room: Room }) {
  const [joining] = useState(() => new Joining(room));
  const form = useRef<HTMLFormElement>(null);
  const problem = joining.problem.value;
  useEffect(() => {
    if (problem) form.current?.querySelector<HTMLElement>(FIRST[problem.at])?.focus();
  }, [problem]);
  if (joining.full.value) {
    const again = () => {
      joining.full.value = false;
    };
    return <NoticePage room={room} notice={fullNotice} onAct={again} />;
  }
  return (
    <form
      ref={form}
      class="phone join"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void joining.enter();
      }}
    >
      <JoinTop room={room} />
      <main class="page">
        <h1 dir="auto">{room.facts.value?.title}</h1>
        <p class="join__goal" dir="auto">
          {room.facts.value?.goal}
        </p>
        <p class="join__when">{whenWords(room, room.clock.now())}</p>
        <Questions room={room} joining={joining} />
      </main>
      <Foot joining={joining} />
    </form>
  );
}

/** What to look at first where something is wrong. */
const FIRST: Record<Problem["at"], string> = {
  name: "input",
  role: "[data-testid^=join-role]",
  all: "button[type=submit]",
};

function JoinTop({ room }: { room: Room }) {
  const sending = stillSending(room);
  return (
    <header class="top">
      <div class="top__row">
        <p class="top__step top__code">
          {sending ? (
            <b class="top__safe">{sending}</b>
          ) : (
            <>
              <span>{t(common.room)}</span> <b class="num">{room.session.code}</b>
            </>
          )}
        </p>
        <Languages />
        <Dot room={room} />
      </div>
      <div class="clock" />
      <ConnectionNote room={room} />
    </header>
  );
}

function problemAt(joining: Joining, at: Problem["at"]): string {
  const problem = joining.problem.value;
  return problem?.at === at ? problem.text : "";
}

function Questions({ room, joining }: { room: Room; joining: Joining }) {
  const role = joining.open ? joining.role.value : room.role.value;
  return (
    <>
      <NameField
        id="join-name"
        name={joining.name}
        problem={problemAt(joining, "name")}
        onName={(text) => joining.write("name", text)}
      />
      {joining.open && (
        <Roles
          roles={room.linkRoles.value}
          role={role}
          problem={problemAt(joining, "role")}
          onRole={(chosen) => joining.choose(chosen)}
        />
      )}
      {isInside(role) && (
        <Departments
          room={room}
          department={joining.department.value}
          onDepartment={(chosen) => {
            joining.department.value = chosen;
          }}
          named={joining.named}
          onNamed={(text) => joining.write("department", text)}
        />
      )}
      <Places
        place={joining.place.value}
        onPlace={(place) => {
          joining.place.value = place;
        }}
      />
      {!joining.open && (
        <p class="lead-in">{t(phone.asRole, t(roleNames[role] ?? ["", ""]).toLowerCase())}</p>
      )}
    </>
  );
}

function Foot({ joining }: { joining: Joining }) {
  const problem = problemAt(joining, "all");
  const busy = joining.busy.value;
  return (
    <footer class="foot">
      {problem && (
        <p class="field__err" role="alert">
          {problem}
        </p>
      )}
      <Button id="join-send" look="act" wide submit off={busy}>
        {busy && <i class="spool" />}
        {t(busy ? phone.joining : phone.join)}
      </Button>
    </footer>
  );
}
