/**
 * The phone's screen for every kind of step. A new kind adds its line here. None comes with the
 * page, which must be light; `warm` fetches them all once somebody has joined.
 */
import { type Lazy, lazy } from "../lazy";
import type { ActivityProps } from "./activity";

export const activities: Readonly<Record<string, Lazy<ActivityProps>>> = {
  brief: lazy(() => import("./brief").then((file) => file.Brief)),
  ideate: lazy(() => import("./ideate").then((file) => file.Ideate)),
  reveal: lazy(() => import("./reveal").then((file) => file.Reveal)),
  group: lazy(() => import("./group").then((file) => file.Group)),
  vote: lazy(() => import("./vote").then((file) => file.Vote)),
  draft: lazy(() => import("./draft").then((file) => file.Draft)),
  claim: lazy(() => import("./claim").then((file) => file.Claim)),
  discuss: lazy(() => import("./discuss").then((file) => file.Discuss)),
  break: lazy(() => import("./break").then((file) => file.Break)),
  close: lazy(() => import("./close").then((file) => file.Close)),
};

/** Fetches all screens while there is a connection, so that none is missing in a tunnel. */
export function warm(): void {
  for (const screen of Object.values(activities)) screen.warm();
}
