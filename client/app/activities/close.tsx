/** The end: what was decided and who answers for it. */
import type { Room } from "../room";
import { decisions, standing } from "../select";
import { Signature } from "../signature";
import { testId } from "../testids";
import type { Decision } from "../wire";
import { atTime, both, onDay, t } from "../words";
import { common } from "../words/common";
import { phone } from "../words/phone";
import type { ActivityProps } from "./activity";

export function Close({ room, step }: ActivityProps) {
  return (
    <main class="page res">
      <h1>{t(phone.closeTitle)}</h1>
      <p class="lead-in">{both(step.prompt)}</p>
      <Vows room={room} />
    </main>
  );
}

/** All decisions, the signed ones first. */
export function Vows({ room }: { room: Room }) {
  const rank = (decision: Decision) => (decision.signed ? 0 : decision.fate === "open" ? 1 : 2);
  const list = [...decisions(room)].sort((a, b) => rank(a) - rank(b) || a.id - b.id);
  if (list.length === 0) return null;
  return (
    <ol class="vows">
      {list.map((decision, n) => (
        <li key={decision.id} class="vow" {...testId("decision")}>
          <span class="vow__n num">{n + 1}</span>
          <p class="vow__w">{decision.what ?? t(common.erased)}</p>
          <div class="vow__s">
            <span class="vow__l">
              {decision.signed && <Signature name={decision.owner_name ?? ""} />}
            </span>
            <p>
              <b>{[decision.owner_name, decision.department].filter(Boolean).join(", ")}</b>
              {standing(decision, atTime)}
            </p>
          </div>
          <p class="vow__t">
            {t(common.due)}: {onDay(decision.due)}
          </p>
        </li>
      ))}
    </ol>
  );
}
