/** Changing one's own name, department and place. */
import { useState } from "preact/hooks";
import { Button } from "../parts";
import type { Room } from "../room";
import { commands } from "../wire";
import { t } from "../words";
import { common } from "../words/common";
import { menu } from "../words/menu";
import { Departments, isInside, NameField, namedAnew, nameProblem, Places } from "./person";

export function Profile({ room, onClose }: { room: Room; onClose: () => void }) {
  const me = room.me.value;
  const [name, setName] = useState(me?.name ?? "");
  const [problem, setProblem] = useState("");
  const [department, setDepartment] = useState(me?.department ?? 0);
  const [fresh, setFresh] = useState("");
  const [place, setPlace] = useState(me?.place ?? "onsite");
  const save = () => {
    const wrong = nameProblem(name);
    setProblem(wrong);
    if (wrong) return;
    const named = namedAnew(room, department, fresh);
    const words = named ? [name.trim(), named] : [name.trim()];
    void room.do(commands.changeProfile(Math.max(0, department), place), words).then((answer) => {
      if (answer.ok) room.notice.value = menu.profileSaved;
    });
    onClose();
  };
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        save();
      }}
    >
      <NameField
        id="me-name"
        name={name}
        problem={problem}
        onName={(text) => {
          setProblem("");
          setName(text);
        }}
      />
      {isInside(room.role.value) && (
        <Departments
          room={room}
          department={department}
          onDepartment={setDepartment}
          named={fresh}
          onNamed={setFresh}
        />
      )}
      <Places place={place} onPlace={setPlace} />
      <div class="stacked">
        <Button id="me-save" look="act" wide submit>
          {t(common.save)}
        </Button>
      </div>
    </form>
  );
}
