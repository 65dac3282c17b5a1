/** Taking decisions: of one's own will, in the exact wording, with a signature. */
import { useEffect, useRef, useState } from "preact/hooks";
import { useBackCloses } from "../back";
import { Ask } from "../parts";
import type { Room } from "../room";
import { decisions, mayAct, standing } from "../select";
import { testId } from "../testids";
import type { Decision } from "../wire";
import { atTime, both, count, t } from "../words";
import { common } from "../words/common";
import { deeds } from "../words/decisions";
import type { ActivityProps } from "./activity";
import { Calls } from "./calls";
import { helpersOf } from "./decisions";
import { One } from "./one";
import { DoneFoot } from "./rest";
import { UnsentDecision } from "./unsent-decision";
import { DecisionForm } from "./wording";

/** What may still be taken or was; what was parked or dropped is off the table. */
const onTable = (decision: Decision) => decision.fate === "open" || decision.fate === "awaiting";

export function Claim({ room, step }: ActivityProps) {
  const [opened, open] = useOpened();
  const [wording, setWording] = useState(false);
  const list = decisions(room).filter(onTable);
  const at = list.findIndex((decision) => decision.id === opened);
  const decision = list[at];
  const acts = mayAct(room, step) && step.input;
  if (decision) {
    const props = { room, step, decision, acts, number: at + 1, of: list.length };
    return <One key={decision.id} {...props} onBack={() => open(0)} />;
  }
  return (
    <>
      <main class="page">
        <Ask text={both(step.prompt)} />
        {acts && !wording && <UnsentDecision room={room} onOpen={() => setWording(true)} />}
        {acts && <Calls room={room} onOpen={open} />}
        {list.length === 0 && <p class="lead-in">{t(deeds.noDecisions)}</p>}
        <ol class="vows">
          {list.map((one, n) => (
            <Row key={one.id} room={room} decision={one} number={n + 1} onOpen={open} />
          ))}
        </ol>
      </main>
      <DoneFoot room={room} step={step} />
      {wording && <DecisionForm room={room} onClose={() => setWording(false)} />}
    </>
  );
}

/** Opens a decision from its top; coming back, one finds the list where it was. */
function useOpened(): readonly [number, (id: number) => void] {
  const [opened, setOpened] = useState(0);
  const left = useRef({ id: 0, y: 0 });
  const open = (id: number) => {
    if (id) left.current = { id, y: scrollY };
    setOpened(id);
  };
  useBackCloses(() => open(0), opened !== 0);
  useEffect(() => {
    if (!left.current.id) return;
    scrollTo(0, opened ? 0 : left.current.y);
    const place = opened ? ".deed__word" : `[data-decision="${left.current.id}"]`;
    document.querySelector<HTMLElement>(place)?.focus({ preventScroll: true });
  }, [opened]);
  return [opened, open];
}

interface RowProps {
  readonly room: Room;
  readonly decision: Decision;
  readonly number: number;
  readonly onOpen: (id: number) => void;
}

function Row({ room, decision, number, onOpen }: RowProps) {
  const mine = decision.owner !== 0 && decision.owner === room.seat.value;
  return (
    <li>
      <button
        type="button"
        class={`vow ${decision.signed ? "is-signed" : ""} ${decision.owner ? "" : "is-free"}`}
        data-decision={decision.id}
        onClick={() => onOpen(decision.id)}
        {...testId("decision")}
      >
        <span class="vow__n num">{number}</span>
        <span class="vow__w">{decision.what ?? t(common.erased)}</span>
        <span class="vow__t">
          {decision.owner || decision.fate !== "open" ? (
            <Owned decision={decision} mine={mine} />
          ) : (
            <Free room={room} decision={decision} />
          )}
        </span>
      </button>
    </li>
  );
}

function Owned({ decision, mine }: { decision: Decision; mine: boolean }) {
  const who = mine ? t(deeds.yours) : decision.owner_name;
  return <>{[who, standing(decision, atTime)].filter(Boolean).join(", ")}</>;
}

function Free({ room, decision }: { room: Room; decision: Decision }) {
  const helpers = helpersOf(room, decision.id).length;
  return (
    <>
      <b>{t(deeds.whoTakes)}</b> {helpers > 0 && count(deeds.helpReady, helpers)}
    </>
  );
}
