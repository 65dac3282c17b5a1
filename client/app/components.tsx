/** All components and states of the design system, light and dark side by side, without a server. */
import { effect } from "@preact/signals";
import { render } from "preact";
import { Cards, Charts, Deeds, Opinions, Tables } from "./components/contents";
import { Buttons, Choices, Fields, Marks, Tokens } from "./components/controls";
import { Phones, Stages } from "./components/screens";
import { Section } from "./components/specimen";
import { Clocks, Connections, Told } from "./components/states";
import { Languages } from "./parts";
import "./styles/components.css";
import { lang, t } from "./words";
import { shown } from "./words/components";

const SECTIONS = [
  [shown.colours, Tokens],
  [shown.marks, Marks],
  [shown.buttons, Buttons],
  [shown.fields, Fields],
  [shown.choices, Choices],
  [shown.clocks, Clocks],
  [shown.links, Connections],
  [shown.told, Told],
  [shown.cards, Cards],
  [shown.votes, Opinions],
  [shown.deeds, Deeds],
  [shown.table, Tables],
  [shown.charts, Charts],
  [shown.screens, Phones],
  [shown.stages, Stages],
] as const;

/** Drawn anew in another language, since what the samples say is in one. */
function Components() {
  return (
    <main key={lang.value} class="shows">
      <header>
        <h1>{t(shown.title)}</h1>
        <p>{t(shown.lead)}</p>
        <Languages />
      </header>
      {SECTIONS.map(([name, Body]) => (
        <Section key={name[1]} name={name} Body={Body} />
      ))}
    </main>
  );
}

const place = document.getElementById("app");
if (place) {
  effect(() => {
    document.documentElement.lang = lang.value;
  });
  place.textContent = "";
  render(<Components />, place);
}
