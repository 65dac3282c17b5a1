/** Cards, votes, decisions, the table and charts. */
import { CardRow } from "../activities/cards";
import { Deed } from "../activities/decisions";
import { Split } from "../activities/opinion-results";
import { Vows } from "../activities/vows";
import { Table, TableRim, type Voices } from "../phone/table";
import { DotsBar, OpinionBar, TimeBar } from "../result/charts";
import { ROLE } from "../wire";
import { t } from "../words";
import { shown } from "../words/components";
import { deeds, roomIn, say } from "./samples";
import * as sayings from "./sayings";
import { One } from "./specimen";

const NAMES = [shown.signed, shown.taken, shown.free, shown.released];

export function Cards() {
  const cards = roomIn({ kind: "reveal" }).replica.room.all("card");
  const nameless = cards.slice(0, 2).map((card) => ({ ...card, name: null, role: 0 }));
  return (
    <>
      <One name={shown.ofVoices}>
        <ul>
          {cards.map((card, n) => (
            <CardRow key={card.id} card={card} mine={n === 0} />
          ))}
        </ul>
      </One>
      <One name={shown.erased}>
        <ul>
          {nameless.map((card, n) => (
            <CardRow
              key={card.id}
              card={n ? { ...card, text: null, state: "redacted" } : card}
              mine={false}
              lane={say(sayings.THEMES[1])}
            />
          ))}
        </ul>
      </One>
    </>
  );
}

export function Opinions() {
  const count = { id: 1, step: 11, dots: 0 };
  return (
    <One name={shown.opinions}>
      <Split tally={{ ...count, people: 16, agree: 11, disagree: 3, passed: 2 }} />
      <Split tally={{ ...count, people: 0, agree: 0, disagree: 0, passed: 0 }} />
    </One>
  );
}

export function Deeds() {
  const room = roomIn({ kind: "claim" });
  return (
    <>
      {deeds().map((deed, n) => (
        <One key={deed.id} name={NAMES[n] ?? shown.deeds}>
          <Deed room={room} decision={deed} number={n + 1} of={4} />
        </One>
      ))}
      <One name={shown.vows}>
        <Vows room={roomIn({ kind: "close", state: "over" })} />
      </One>
    </>
  );
}

const SIXTEEN: Voices = [
  [ROLE.member, 9],
  [ROLE.lead, 2],
  [ROLE.customer, 3],
  [ROLE.partner, 1],
  [ROLE.expert, 1],
];
const CROWD: Voices = SIXTEEN.map(([role, people]) => [role, people * 8] as const);
const NOBODY_YET: Voices = [[ROLE.member, 1]];

export function Tables() {
  const one = (voices: Voices, share: number, figure: string) => (
    <Table voices={voices} me={ROLE.member} rim={<TableRim share={share} />} label={t(shown.table)}>
      <b class="num">{figure}</b>
    </Table>
  );
  return (
    <>
      <One name={shown.alone}>{one(NOBODY_YET, 1, "1")}</One>
      <One name={shown.many}>{one(SIXTEEN, 0.66, "16")}</One>
      <One name={shown.crowd}>{one(CROWD, 1, "128")}</One>
    </>
  );
}

const STEPS = [
  [5, 4],
  [6, 9],
  [4, 4],
] as const;
const MINUTE_MS = 60_000;

export function Charts() {
  const none = { people: 16, dots: 0, agree: 0, disagree: 0, passed: 0 };
  const [ru, en] = sayings.TITLE;
  return (
    <One name={shown.charts}>
      {[13, 9, 1, 0].map((dots) => (
        <DotsBar key={dots} count={{ ...none, dots }} most={13} />
      ))}
      <OpinionBar count={{ ...none, agree: 9, disagree: 5, passed: 2 }} />
      {STEPS.map(([planned, real]) => (
        <TimeBar
          key={planned}
          longest={9 * MINUTE_MS}
          step={{
            kind: "ideate",
            state: "done",
            name: { ru, en },
            planned_ms: planned * MINUTE_MS,
            real_ms: real * MINUTE_MS,
          }}
        />
      ))}
    </One>
  );
}
