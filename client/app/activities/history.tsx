/** What happened to a decision, folded away until somebody asks. */
import type { Room } from "../room";
import type { Decision, Trace } from "../wire";
import { atTime, type Pair, t } from "../words";
import { deeds } from "../words/decisions";

/** What each deed is called; `{0}` stands for a name. */
export const SAYS: Record<Trace["deed"], Pair> = {
  asked: deeds.asked,
  dropped: deeds.dropped,
  freed: deeds.freed,
  given_back: deeds.given_back,
  handed_over: deeds.handed_over,
  nobody: deeds.nobody,
  open: deeds.reopened,
  parked: deeds.parked,
  reworded: deeds.reworded,
  signed: deeds.signedBy,
  taken: deeds.taken,
};

export function History({ room, decision }: { room: Room; decision: Decision }) {
  const traces = room.replica.room.all("trace").filter((one) => one.decision === decision.id);
  if (traces.length === 0) return null;
  return (
    <details class="history">
      <summary>{t(deeds.history)}</summary>
      <ol>
        {traces.map((trace) => (
          <li key={trace.id}>
            <time class="num">{atTime(trace.at_ms)}</time>
            <span>{t(SAYS[trace.deed], trace.name ?? "")}</span>
          </li>
        ))}
      </ol>
    </details>
  );
}
