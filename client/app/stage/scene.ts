/** What every picture of the stage is given, and what it may say about itself. */
import type { ComponentType } from "preact";
import type { RoomLink } from "../links";
import type { Room } from "../room";
import type { Step } from "../wire";
import type { Box } from "./poster";

export interface SceneProps {
  readonly room: Room;
  /** The place that is left between head and foot. */
  readonly box: Box;
  readonly tall: boolean;
  readonly door: RoomLink | null;
}

export interface PanelProps extends SceneProps {
  readonly step: Step;
}

export interface Saying {
  readonly title: string;
  readonly ask: string;
}

/** The headline, where what happened says more than the step's name. */
export type Headline = (room: Room, step: Step) => Saying | null;

export interface Panel {
  readonly Body: ComponentType<PanelProps>;
  readonly head?: Headline;
  /** Masks of the voices whose shapes are to be seen. */
  readonly voices?: (room: Room, step: Step) => readonly number[];
}
