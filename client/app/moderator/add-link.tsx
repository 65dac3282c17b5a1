/** A new link: for one role, or for several of which the person chooses one on joining. */
import { useState } from "preact/hooks";
import { Button, Tick } from "../parts";
import { commands, ROLE } from "../wire";
import { t } from "../words";
import { desk as words } from "../words/moderator";
import type { Desk } from "./desk";
import { roleName } from "./role-name";

const OPEN_ROLES = [
  ROLE.member,
  ROLE.lead,
  ROLE.customer,
  ROLE.partner,
  ROLE.expert,
  ROLE.interviewer,
  ROLE.observer,
];
const SINGLE_ROLES = [ROLE.cofacilitator, ROLE.facilitator, ROLE.stage];

export function AddLink({ desk }: { desk: Desk }) {
  const [mask, setMask] = useState(0);
  const own = desk.room.role.value;
  const single = SINGLE_ROLES.filter(
    (role) => role !== ROLE.facilitator || own === ROLE.facilitator,
  );
  const isSingle = (single as readonly number[]).includes(mask);
  const toggle = (role: number) => setMask(isSingle ? role : mask ^ role);
  const add = () => {
    const text = t(words.linkAdded, roleName(mask));
    void desk.act(commands.addLink(mask), {
      text,
      undo: ([made = 0]) => [[commands.revokeLink(made)]],
    });
    setMask(0);
  };
  return (
    <section class="addlink">
      <h3>{t(words.addLink)}</h3>
      <p class="soft">{t(words.addLinkLead)}</p>
      <div class="ticks">
        {OPEN_ROLES.map((role) => (
          <Tick
            key={role}
            id={`link-role-${role}`}
            on={(mask & role) !== 0}
            onPress={() => toggle(role)}
          >
            {roleName(role)}
          </Tick>
        ))}
        {single.map((role) => (
          <Tick
            key={role}
            id={`link-role-${role}`}
            on={mask === role}
            onPress={() => setMask(mask === role ? 0 : role)}
          >
            {roleName(role)}
          </Tick>
        ))}
      </div>
      <Button id="link-add" look="act" wide off={mask === 0} onPress={add}>
        {mask ? t(words.makeLink, roleName(mask).toLowerCase()) : t(words.chooseRole)}
      </Button>
    </section>
  );
}
