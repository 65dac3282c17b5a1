/** Decisions at the desk: wording, what becomes of them, whom to ask. */
import { useState } from "preact/hooks";
import { DecisionForm, Deed } from "../activities/decisions";
import { Button, Sheet } from "../parts";
import type { Room } from "../room";
import { decisions, standing, steps } from "../select";
import { testId } from "../testids";
import { commands, type Decision, MODERATORS, ROLE, type Seat } from "../wire";
import { atTime, count, t } from "../words";
import { desk as words } from "../words/moderator";
import { fates } from "../words/moderator-lists";
import { AskAbsent, Awaited } from "./absent";
import type { Desk } from "./desk";
import { Find, matches } from "./find";
import { SpotButton } from "./spot";

export const FATES = ["open", "parked", "dropped", "nobody"] as const;

export function Decisions({ desk }: { desk: Desk }) {
  const [form, setForm] = useState<Decision | "new" | null>(null);
  const [asking, setAsking] = useState<Decision | null>(null);
  const { room } = desk;
  const list = decisions(room);
  return (
    <section class="pile" aria-label={t(words.decisions)}>
      {list.length === 0 && <p class="soft">{t(words.noDecisions)}</p>}
      <div class="deeds">
        {list.map((decision, n) => (
          <Deed key={decision.id} room={room} decision={decision} number={n + 1}>
            <Asked room={room} decision={decision} />
            <Awaited desk={desk} decision={decision} />
            {!decision.signed && (
              <details class="fates">
                <summary {...testId("fates-open")}>
                  {t(words.fateNow, standing(decision, atTime))}
                </summary>
                <Fates desk={desk} decision={decision} />
              </details>
            )}
            <div class="card__deeds">
              <SpotButton desk={desk} target={decision.id} />
              {decision.fate === "open" && (
                <Button id="decision-edit" onPress={() => setForm(decision)}>
                  {t(words.edit)}
                </Button>
              )}
              {decision.fate === "open" && !decision.owner && (
                <Button id="invite" onPress={() => setAsking(decision)}>
                  {t(words.invite)}
                </Button>
              )}
            </div>
          </Deed>
        ))}
      </div>
      {room.step.value && (
        <Button id="propose-open" onPress={() => setForm("new")}>
          {t(words.addDecision)}
        </Button>
      )}
      {form === "new" && <DecisionForm room={room} onClose={() => setForm(null)} />}
      {form && form !== "new" && (
        <DecisionForm room={room} decision={form} onClose={() => setForm(null)} />
      )}
      {asking && <Ask desk={desk} decision={asking} onClose={() => setAsking(null)} />}
    </section>
  );
}

export function Fates({ desk, decision }: { desk: Desk; decision: Decision }) {
  const before = decision.fate;
  const choose = (fate: (typeof FATES)[number]) =>
    void desk.act(commands.setFate(decision.id, fate), {
      text: t(words.fateOf, t(fates[fate]).toLowerCase()),
      ...(before === "awaiting" ? {} : { undo: () => [[commands.setFate(decision.id, before)]] }),
    });
  return (
    <fieldset class="chips" aria-label={t(words.fate)}>
      {FATES.map((fate) => (
        <button
          key={fate}
          type="button"
          class="chip"
          aria-pressed={decision.fate === fate}
          onClick={() => decision.fate !== fate && choose(fate)}
          {...testId(`fate-${fate}`)}
        >
          {t(fates[fate])}
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
        .map((one) => t(one.state === "asked" ? words.asked : words.declined, name(one.seat)))
        .join("; ")}
    </p>
  );
}

/** People who may take decisions: those who act in the claim step. */
function owners(room: Room): readonly Seat[] {
  const claim = steps(room).find((step) => step.kind === "claim");
  const roles = (claim?.who ?? ~ROLE.observer) & ~MODERATORS;
  return room.replica.room
    .all("seat")
    .filter((seat) => seat.state === "here" && (seat.role & roles) !== 0);
}

/** So many people stand in the list; more are found by name. */
const FEW = 6;

export function Ask(props: { desk: Desk; decision: Decision; onClose: () => void }) {
  const { desk, decision, onClose } = props;
  const [sought, setSought] = useState("");
  const seats = owners(desk.room).filter((seat) => matches(sought, seat.name));
  const ask = (seat: Seat) => {
    const text = t(words.asked, seat.name ?? "");
    void desk.act(commands.inviteOwner(decision.id, seat.id), { text });
    onClose();
  };
  return (
    <Sheet title={t(words.invite)} onClose={onClose}>
      <p class="word">{decision.what}</p>
      <p class="soft">{t(words.inviteLead)}</p>
      {seats.length === 0 && !sought && <p class="soft">{t(words.nobodyToAsk)}</p>}
      <Find label={t(words.findPerson)} value={sought} onText={setSought} />
      <ul class="asks">
        {seats.slice(0, FEW).map((seat) => (
          <li key={seat.id}>
            <Button id="invite-seat" wide onPress={() => ask(seat)}>
              {seat.name}
            </Button>
          </li>
        ))}
      </ul>
      {seats.length > FEW && <p class="soft">{count(words.moreByName, seats.length - FEW)}</p>}
      <AskAbsent desk={desk} decision={decision} onDone={onClose} />
    </Sheet>
  );
}
