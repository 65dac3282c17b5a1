/** The moderator's desk: what happens now, how much time is left, who is silent, what comes next. */
import "@fontsource-variable/golos-text";
import "@fontsource-variable/literata";
import { render } from "preact";
import { enterRoom } from "./enter";
import { Plan } from "./moderator/agenda";
import { Bar } from "./moderator/bar";
import { type Controls, useControls, useDeskKeys } from "./moderator/controls";
import { Desk } from "./moderator/desk";
import { Head } from "./moderator/head";
import { layout, side } from "./moderator/layout";
import { Middle } from "./moderator/middle";
import { Pager } from "./moderator/pager";
import { People } from "./moderator/people";
import { Rail, SmallBar } from "./moderator/rail";
import { Sheets } from "./moderator/sheets";
import { Screens } from "./moderator/views";
import { Toast } from "./parts";
import "./styles/moderator.css";
import { Timing } from "./timing";
import { closing, t } from "./words";
import { common } from "./words/common";
import { desk as words } from "./words/moderator";

interface Props {
  readonly desk: Desk;
  readonly controls: Controls;
}

function App({ desk }: { desk: Desk }) {
  const { room } = desk;
  const link = room.socket.link.value;
  if (!room.ready.value) {
    const text = link.state === "stopped" ? closing(link.code) : t(common.connecting);
    return (
      <p class="quiet" role="status">
        {text}
      </p>
    );
  }
  return <Cockpit desk={desk} />;
}

function Cockpit({ desk }: { desk: Desk }) {
  const controls = useControls(desk);
  useDeskKeys(desk, controls);
  const shape = layout.value;
  const Shape = shape === "wide" ? Wide : shape === "hand" ? Hand : Small;
  return (
    <div class={`desk-grid desk-grid--${shape} is-${side.value} ${desk.timing.level.value}`}>
      <Head desk={desk} />
      <Shape desk={desk} controls={controls} />
      <Sheets desk={desk} controls={controls} />
      <Toast room={desk.room} />
    </div>
  );
}

function Wide({ desk, controls }: Props) {
  return (
    <>
      <aside class="l" aria-label={t(words.plan)}>
        <Plan desk={desk} />
      </aside>
      <Middle desk={desk} controls={controls} />
      <aside class="r" aria-label={t(words.people)}>
        <People desk={desk} />
      </aside>
      <Bar desk={desk} controls={controls} />
    </>
  );
}

function Hand({ desk, controls }: Props) {
  return (
    <>
      <Middle desk={desk} controls={controls} />
      <Rail desk={desk} controls={controls} />
    </>
  );
}

function Small({ desk, controls }: Props) {
  return (
    <>
      <Pager
        desk={desk}
        pages={{
          live: <Middle desk={desk} controls={controls} />,
          plan: <Plan desk={desk} />,
          people: <People desk={desk} />,
          screen: desk.page.value === "screen" && <Screens desk={desk} />,
        }}
      />
      <SmallBar desk={desk} controls={controls} />
    </>
  );
}

const place = document.getElementById("app");
if (place) {
  const room = enterRoom();
  place.textContent = "";
  render(<App desk={new Desk(room, new Timing(room))} />, place);
}
