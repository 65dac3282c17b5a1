/** A room in memory, for tests: what the server would have told is written straight into it. */
import type { Packed } from "../messages";
import { Room } from "../room";
import { Session } from "../session";
import type { Wire } from "../socket";
import { makeStore } from "../store";
import { FIELDS, type Step, type Views } from "../wire";

type Kind = keyof Views;

export const MINUTE_MS = 60_000;

const STEP: Step = {
  id: 0,
  kind: "ideate",
  name: ["Шаг", "Step"],
  prompt: ["", ""],
  planned_ms: 10 * MINUTE_MS,
  policy: "grace",
  who: 8,
  votes: 8,
  anonymous: false,
  state: "ahead",
  round: 0,
  input: false,
  started_ms: 0,
  deadline_ms: 0,
  closes_ms: 0,
  spent_ms: 0,
  few: false,
};

const nowhere = (): Wire => ({
  binaryType: "",
  onopen: null,
  onmessage: null,
  onclose: null,
  send: () => {},
  close: () => {},
});

function memory() {
  return makeStore(() => {
    throw new Error("nothing is kept");
  });
}

export class Scene {
  readonly room: Room;

  constructor() {
    const place = { pathname: "/r/ABC234", search: "", hash: "#token" };
    this.room = new Room(new Session(place, () => {}, memory(), memory()), nowhere);
  }

  tell<K extends Kind>(kind: K, view: Views[K], own = false): void {
    const values = FIELDS[kind].map((field) => view[field as keyof Views[K]]);
    const table = own ? this.room.replica.own : this.room.replica.room;
    table.write([[kind, ...values] as Packed], []);
  }

  step(id: number, what: Partial<Step> = {}): void {
    this.tell("step", { ...STEP, id, ...what });
  }

  agenda(what: Partial<Views["agenda"]>): void {
    const still = { state: "running", left_ms: 0, started_ms: 0, ends_ms: 0 } as const;
    this.tell("agenda", { id: 2, order: [], current: 0, missed: false, ...still, ...what });
  }
}
