/** What every activity's screen on the phone is given. */
import type { ComponentType } from "preact";
import type { Room } from "../room";
import type { Step } from "../wire";

export interface ActivityProps {
  readonly room: Room;
  readonly step: Step;
}

export type Activity = ComponentType<ActivityProps>;
