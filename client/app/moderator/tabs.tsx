/** The middle's sections: what happens now, what waits for a word, the decisions. */
import { Choice } from "../parts";
import { cardsIn, openDecisions } from "../select";
import { t } from "../words";
import { desk as words } from "../words/moderator";
import type { Desk, Tab } from "./desk";

export function Tabs({ desk }: { desk: Desk }) {
  const { room } = desk;
  const waiting = cardsIn(room, "late").length + cardsIn(room, "parked").length;
  const one = (name: Tab, text: string, n: number) => (
    <Choice
      id={`mod-tab-${name}`}
      on={desk.tab.value === name}
      onPress={() => {
        desk.tab.value = name;
      }}
    >
      {text}
      {n > 0 && <span class="num">{n}</span>}
    </Choice>
  );
  return (
    <fieldset class="tabs" aria-label={t(words.tabs)}>
      {one("live", t(words.step), 0)}
      {one("trays", t(words.trays), waiting)}
      {one("decisions", t(words.decisions), openDecisions(room).length)}
    </fieldset>
  );
}
