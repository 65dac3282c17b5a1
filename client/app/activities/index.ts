/**
 * The phone's screen for every kind of step. A new kind adds its line here. What is needed in the
 * first minutes comes with the page, the rest when it is called or `warm` asks for it.
 */
import { type Lazy, lazy } from "../lazy";
import type { Activity, ActivityProps } from "./activity";
import { Break } from "./break";
import { Brief } from "./brief";
import { Ideate } from "./ideate";

const later: Readonly<Record<string, Lazy<ActivityProps>>> = {
  reveal: lazy(() => import("./reveal").then((file) => file.Reveal)),
  group: lazy(() => import("./group").then((file) => file.Group)),
  vote: lazy(() => import("./vote").then((file) => file.Vote)),
  draft: lazy(() => import("./draft").then((file) => file.Draft)),
  claim: lazy(() => import("./claim").then((file) => file.Claim)),
  discuss: lazy(() => import("./discuss").then((file) => file.Discuss)),
  close: lazy(() => import("./close").then((file) => file.Close)),
};

export const activities: Readonly<Record<string, Activity>> = {
  brief: Brief,
  ideate: Ideate,
  break: Break,
  ...later,
};

/** Fetches all screens while there is a connection, so that none is missing in a tunnel. */
export function warm(): void {
  for (const screen of Object.values(later)) screen.warm();
}
