/** What the poster is about now: its headline, its picture, and whose shapes are to be seen. */
import type { VNode } from "preact";
import type { Room } from "../room";
import { both, t } from "../words";
import { stage } from "../words/stage";
import { Lobby } from "./lobby";
import { Over } from "./over";
import { panels } from "./panels";
import { Private } from "./rest";
import type { Saying, SceneProps } from "./scene";
import { Spotlight, spotlit } from "./spotlight";
import { presentMasks } from "./voices";

export interface Scene {
  readonly key: string;
  readonly saying: Saying;
  readonly masks: readonly number[];
  readonly timed?: boolean;
  readonly isOpen?: boolean;
  readonly body: (props: SceneProps) => VNode;
}

export function sceneOf(room: Room): Scene {
  const facts = room.facts.value;
  const state = room.agenda.value?.state;
  const title = facts?.title ?? "";
  if (state === "over" || facts?.closed_ms) {
    const saying = { title: t(stage.thanks), ask: t(stage.result) };
    return { key: "over", saying, masks: [], body: (props) => <Over {...props} /> };
  }
  if (state === "lobby" || !room.step.value) {
    const saying = { title, ask: facts?.goal ?? "" };
    return {
      key: "lobby",
      saying,
      masks: presentMasks(room),
      isOpen: true,
      body: (props) => <Lobby {...props} />,
    };
  }
  return stepScene(room, title);
}

function stepScene(room: Room, title: string): Scene {
  const step = room.step.value;
  const panel = step && panels[step.kind];
  if (!step || !panel) {
    const saying = { title, ask: "" };
    return { key: "private", saying, masks: [], timed: true, body: () => <Private /> };
  }
  const target = spotlit(room);
  const usual = { title: both(step.name) || title, ask: both(step.prompt) };
  return {
    key: target ? `lit ${target.id}` : `step ${step.id}`,
    saying: panel.head?.(room, step) ?? usual,
    masks: target ? [] : (panel.voices?.(room, step) ?? []),
    timed: true,
    body: (props) =>
      target ? <Spotlight {...props} target={target} /> : <panel.Body {...props} step={step} />,
  };
}
