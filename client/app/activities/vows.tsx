/** All decisions with their owners, the signed ones first. */
import type { Room } from "../room";
import { decisions, standing } from "../select";
import { Signature } from "../signature";
import { testId } from "../testids";
import type { Decision } from "../wire";
import { atTime, onDay, t } from "../words";
import { common } from "../words/common";

const rank = (decision: Decision) => (decision.signed ? 0 : decision.fate === "open" ? 1 : 2);

export function Vows({ room }: { room: Room }) {
  const list = [...decisions(room)].sort((a, b) => rank(a) - rank(b) || a.id - b.id);
  if (list.length === 0) return null;
  return (
    <ol class="vows">
      {list.map((decision, n) => (
        <Vow key={decision.id} decision={decision} number={n + 1} />
      ))}
    </ol>
  );
}

function Vow({ decision, number }: { decision: Decision; number: number }) {
  const who = [decision.owner_name, decision.department].filter(Boolean).join(", ");
  const terms = [`${t(common.due)}: ${onDay(decision.due)}`, decision.measure].filter(Boolean);
  return (
    <li class={`vow ${decision.signed ? "" : "is-free"}`} {...testId("decision")}>
      <span class="vow__n num">{number}</span>
      <p class="vow__w">{decision.what ?? t(common.erased)}</p>
      <div class="vow__s">
        <span class="vow__l">
          {decision.signed && <Signature name={decision.owner_name ?? ""} />}
        </span>
        <p>
          {who && <b>{who}</b>}
          {standing(decision, atTime)}
        </p>
      </div>
      <p class="vow__t">{terms.join(". ")}</p>
    </li>
  );
}
