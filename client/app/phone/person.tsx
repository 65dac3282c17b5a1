/** What is asked about a person: a name, a role where it is open, a department, and a place. */
import { Icon } from "../icons";
import { Choice, Field } from "../parts";
import type { Room } from "../room";
import { type TestId, testId } from "../testids";
import { LIMIT, ROLE } from "../wire";
import { t } from "../words";
import { roleNames } from "../words/common";
import { phone } from "../words/phone";

/** Stands for a department that is not in the list. */
export const OTHER = -1;
const INSIDE = ROLE.facilitator | ROLE.cofacilitator | ROLE.interviewer | ROLE.member | ROLE.lead;
/** More than anybody is called. What is too long is told, not cut within a letter. */
const PASTED_MOST = 1_000;
const INVISIBLE = /[\p{C}\p{Z}]/gu;

export const isInside = (role: number): boolean => (role & INSIDE) !== 0;

/** What is wrong with a name, in words; empty if nothing is. */
export function nameProblem(name: string): string {
  const length = [...name.trim()].length;
  if (length > LIMIT.name) return t(phone.nameLong, length - LIMIT.name);
  return name.replace(INVISIBLE, "") ? "" : t(phone.nameNeeded);
}

/** The single roles of a mask, in the order of their bits. */
export function rolesIn(mask: number): readonly number[] {
  return Object.values(ROLE).filter((role) => (mask & role) !== 0);
}

interface NameProps {
  readonly id: TestId;
  readonly name: string;
  readonly problem: string;
  readonly onName: (name: string) => void;
}

export function NameField({ id, name, problem, onName }: NameProps) {
  return (
    <Field
      id={id}
      label={t(phone.hello)}
      most={PASTED_MOST}
      value={name}
      problem={problem}
      onText={onName}
    />
  );
}

interface ChipProps {
  readonly id: TestId;
  readonly on: boolean;
  readonly onPress: () => void;
  readonly children: string;
}

function Chip({ id, on, onPress, children }: ChipProps) {
  return (
    <button type="button" class="chip" aria-pressed={on} onClick={onPress} {...testId(id)}>
      <Icon name="check" />
      <span dir="auto">{children}</span>
    </button>
  );
}

interface RolesProps {
  readonly roles: number;
  readonly role: number;
  readonly problem: string;
  readonly onRole: (role: number) => void;
}

export function Roles({ roles, role, problem, onRole }: RolesProps) {
  return (
    <fieldset class="field" aria-label={t(phone.whoAreYou)}>
      <span>{t(phone.whoAreYou)}</span>
      <div class="chips">
        {rolesIn(roles).map((one) => (
          <Chip key={one} id={`join-role-${one}`} on={role === one} onPress={() => onRole(one)}>
            {t(roleNames[one] ?? ["", ""])}
          </Chip>
        ))}
      </div>
      {problem && (
        <p class="field__err" role="alert">
          {problem}
        </p>
      )}
    </fieldset>
  );
}

/** A department's name if it is to be added, because the list is empty or another was chosen. */
export function namedAnew(room: Room, department: number, name: string): string {
  const listed = room.replica.room.all("department").length > 0;
  return department === OTHER || !listed ? name.trim() : "";
}

interface DepartmentsProps {
  readonly room: Room;
  readonly department: number;
  readonly onDepartment: (department: number) => void;
  readonly named: string;
  readonly onNamed: (name: string) => void;
}

export function Departments(props: DepartmentsProps) {
  const { room, department, onDepartment, named, onNamed } = props;
  const list = room.replica.room.all("department");
  const press = (id: number) => () => onDepartment(department === id ? 0 : id);
  const writes = department === OTHER || list.length === 0;
  return (
    <>
      {list.length > 0 && (
        <fieldset class="field" aria-label={t(phone.department)}>
          <span>{t(phone.department)}</span>
          <div class="chips">
            {list.map((one) => (
              <Chip
                key={one.id}
                id={`join-dept-${one.id}`}
                on={department === one.id}
                onPress={press(one.id)}
              >
                {one.name ?? ""}
              </Chip>
            ))}
            <Chip id="join-dept-other" on={department === OTHER} onPress={press(OTHER)}>
              {t(phone.otherDepartment)}
            </Chip>
          </div>
        </fieldset>
      )}
      {writes && (
        <Field
          id="join-dept-name"
          label={t(list.length ? phone.departmentName : phone.department)}
          most={LIMIT.name}
          value={named}
          onText={onNamed}
        />
      )}
    </>
  );
}

export type Place = "onsite" | "remote";

export function Places({ place, onPlace }: { place: Place; onPlace: (place: Place) => void }) {
  return (
    <fieldset class="field" aria-label={t(phone.where)}>
      <div class="two">
        <Choice
          id="join-onsite"
          icon="people"
          on={place === "onsite"}
          onPress={() => onPlace("onsite")}
        >
          {t(phone.onsite)}
        </Choice>
        <Choice
          id="join-remote"
          icon="screen"
          on={place === "remote"}
          onPress={() => onPlace("remote")}
        >
          {t(phone.remote)}
        </Choice>
      </div>
    </fieldset>
  );
}
