/** Decisions at the desk: wording, what becomes of them, whom to ask. */
import { useState } from "preact/hooks";
import { DecisionForm, Deed } from "../activities/decisions";
import { Button, Sheet } from "../parts";
import type { Room } from "../room";
import { decisions, steps } from "../select";
import { testId } from "../testids";
import { commands, type Decision, MODERATORS, ROLE } from "../wire";
import { t } from "../words";
import { desk } from "../words/moderator";
import { phone } from "../words/phone";

const FATES = ["open", "parked", "dropped", "nobody"] as const;

export function Decisions({ room }: { room: Room }) {
  const [form, setForm] = useState<Decision | "new" | null>(null);
  const [asking, setAsking] = useState<Decision | null>(null);
  const list = decisions(room);
  return (
    <section class="pile">
      {list.length === 0 && <p class="soft">{t(phone.noDecisions)}</p>}
      <div class="deeds">
        {list.map((decision, n) => (
          <Deed key={decision.id} room={room} decision={decision} number={n + 1}>
            <Asked room={room} decision={decision} />
            {!decision.signed && <Fates room={room} decision={decision} />}
            {decision.fate === "open" && (
              <div class="duo duo--wrap">
                <Button id="decision-edit" onPress={() => setForm(decision)}>
                  {t(desk.edit)}
                </Button>
                {!decision.owner && (
                  <Button id="invite" onPress={() => setAsking(decision)}>
                    {t(desk.invite)}
                  </Button>
                )}
              </div>
            )}
          </Deed>
        ))}
      </div>
      {room.step.value && (
        <Button id="propose-open" onPress={() => setForm("new")}>
          {t(desk.addDecision)}
        </Button>
      )}
      {form === "new" && <DecisionForm room={room} onClose={() => setForm(null)} />}
      {form && form !== "new" && (
        <DecisionForm room={room} decision={form} onClose={() => setForm(null)} />
      )}
      {asking && <Ask room={room} decision={asking} onClose={() => setAsking(null)} />}
    </section>
  );
}

function Fates({ room, decision }: { room: Room; decision: Decision }) {
  return (
    <fieldset class="chips" aria-label={t(desk.fate)}>
      {FATES.map((fate) => (
        <button
          key={fate}
          type="button"
          class="chip"
          aria-pressed={decision.fate === fate}
          onClick={() => void room.do(commands.setFate(decision.id, fate))}
          {...testId(`fate-${fate}`)}
        >
          {t(desk[fate])}
        </button>
      ))}
    </fieldset>
  );
}

/** Who was asked to own it, and said no: for moderators only. */
function Asked({ room, decision }: { room: Room; decision: Decision }) {
  const asked = room.replica.room.all("asking").filter((one) => one.decision === decision.id);
  if (asked.length === 0) return null;
  const name = (seat: number) => room.replica.room.one("seat", seat)?.name ?? "";
  return (
    <p class="soft">
      {asked
        .map((one) => t(one.state === "asked" ? desk.asked : desk.declined, name(one.seat)))
        .join("; ")}
    </p>
  );
}

function Ask(props: { room: Room; decision: Decision; onClose: () => void }) {
  const { room, decision, onClose } = props;
  const claim = steps(room).find((step) => step.kind === "claim");
  const roles = (claim?.who ?? ~ROLE.observer) & ~MODERATORS;
  const seats = room.replica.room
    .all("seat")
    .filter((seat) => seat.state === "here" && (seat.role & roles) !== 0);
  return (
    <Sheet title={t(desk.invite)} onClose={onClose}>
      <p class="word">{decision.what}</p>
      <ul class="asks">
        {seats.map((seat) => (
          <li key={seat.id}>
            <Button
              id="invite-seat"
              wide
              onPress={() => {
                void room.do(commands.inviteOwner(decision.id, seat.id));
                onClose();
              }}
            >
              {seat.name}
            </Button>
          </li>
        ))}
      </ul>
    </Sheet>
  );
}
