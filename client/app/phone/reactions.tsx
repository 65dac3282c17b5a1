/** Three quiet reactions to what is said or shown. They are counted for seconds and kept nowhere. */
import { useEffect, useState } from "preact/hooks";
import { Icon, type IconName } from "../icons";
import type { Reaction, Room } from "../room";
import { testId } from "../testids";
import type { Step } from "../wire";
import { type Pair, t } from "../words";
import { around } from "../words/room";

/** The server takes no more than one in this time. */
const REST_MS = 3_000;
const KINDS: readonly (readonly [Reaction, IconName, Pair])[] = [
  ["applause", "clap", around.applause],
  ["agree", "thumb", around.agree],
  ["think", "think", around.think],
];

/** Where something is shown or said. */
const STEPS = ["brief", "reveal", "discuss", "claim"];

/** Nothing in an anonymous step, where a moment could tell who it was. */
export function Reactions({ room, step }: { room: Room; step: Step }) {
  const [given, setGiven] = useState<Reaction | null>(null);
  useEffect(() => {
    if (!given) return;
    const timer = setTimeout(() => setGiven(null), REST_MS);
    return () => clearTimeout(timer);
  }, [given]);
  if (step.anonymous || !STEPS.includes(step.kind)) return null;
  const counts = new Map(room.present.value.reactions);
  const give = (kind: Reaction) => {
    if (given) return;
    room.react(kind);
    setGiven(kind);
  };
  return (
    <fieldset class="reacts" aria-label={t(around.reactions)}>
      {KINDS.map(([kind, icon, name]) => (
        <button
          key={kind}
          type="button"
          aria-label={t(name)}
          aria-disabled={given !== null}
          class={given === kind ? "is-given" : ""}
          onClick={() => give(kind)}
          {...testId("react")}
        >
          <Icon name={icon} />
          <span class="num">{counts.get(kind) || ""}</span>
        </button>
      ))}
    </fieldset>
  );
}
