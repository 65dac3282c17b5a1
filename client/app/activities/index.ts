/** The phone's screen for every kind of step. A new kind adds its line here. */
import type { Activity } from "./activity";
import { Break } from "./break";
import { Brief } from "./brief";
import { Claim } from "./claim";
import { Close } from "./close";
import { Discuss } from "./discuss";
import { Draft } from "./draft";
import { Group } from "./group";
import { Ideate } from "./ideate";
import { Reveal } from "./reveal";
import { Vote } from "./vote";

export const activities: Readonly<Record<string, Activity>> = {
  brief: Brief,
  ideate: Ideate,
  reveal: Reveal,
  group: Group,
  vote: Vote,
  draft: Draft,
  claim: Claim,
  discuss: Discuss,
  break: Break,
  close: Close,
};
