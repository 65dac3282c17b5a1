/** Wording decisions: everybody may propose, and refine what is their own. */
import { useState } from "preact/hooks";
import { Ask, Button } from "../parts";
import { mayAct, openDecisions } from "../select";
import type { Decision } from "../wire";
import { both, t } from "../words";
import { phone } from "../words/phone";
import type { ActivityProps } from "./activity";
import { DecisionForm, Deed } from "./decisions";

export function Draft({ room, step }: ActivityProps) {
  const [form, setForm] = useState<Decision | "new" | null>(null);
  const list = openDecisions(room);
  const acts = mayAct(room, step) && step.input;
  const most = room.replica.room.one("drafting", step.id)?.max_decisions ?? 0;
  return (
    <>
      <main class="page">
        <Ask text={both(step.prompt)} />
        {list.length === 0 && <p class="lead-in">{t(phone.noDecisions)}</p>}
        {list.map((decision, n) => (
          <Deed key={decision.id} room={room} decision={decision} number={n + 1}>
            {acts && decision.author === room.seat.value && (
              <Button id="decision-edit" look="text" onPress={() => setForm(decision)}>
                {t(phone.editDecision)}
              </Button>
            )}
          </Deed>
        ))}
      </main>
      {acts && (
        <footer class="foot">
          <Button
            id="propose-open"
            look="act"
            wide
            off={most > 0 && list.length >= most}
            onPress={() => setForm("new")}
          >
            {t(phone.propose)}
          </Button>
        </footer>
      )}
      {form === "new" && <DecisionForm room={room} onClose={() => setForm(null)} />}
      {form && form !== "new" && (
        <DecisionForm room={room} decision={form} onClose={() => setForm(null)} />
      )}
    </>
  );
}
