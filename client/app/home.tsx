/** Home: join by a code, make a room from a template, and find one's own rooms again. */
import "@fontsource-variable/golos-text";
import { effect, signal } from "@preact/signals";
import { render } from "preact";
import { useState } from "preact/hooks";
import { Door } from "./home/door";
import { Make } from "./home/make";
import { MyRooms } from "./home/mine";
import { Ready } from "./home/ready";
import { myRooms } from "./home/rooms";
import { Button, Languages } from "./parts";
import "./styles/home.css";
import { lang, t } from "./words";
import { home } from "./words/home";

/** The room whose links are shown, from the address; empty for the page itself. */
const shown = signal(location.hash.slice(1));
addEventListener("hashchange", () => {
  shown.value = location.hash.slice(1);
});

/** On a phone somebody has come to join; the form for a new room waits behind a button. */
const NARROW = matchMedia("(max-width: 700px)").matches;

function Home() {
  const code = shown.value;
  const room = myRooms().find((one) => one.code === code);
  return (
    <>
      <header class="desk__top">
        <b>Oneroom</b>
        <span class="grow" />
        {!NARROW && <Door />}
        <Languages />
      </header>
      <main>{room ? <Ready key={room.code} room={room} /> : <Start />}</main>
    </>
  );
}

const made = (code: string) => {
  location.hash = code;
};

function Start() {
  const [making, setMaking] = useState(!NARROW);
  if (!NARROW) {
    return (
      <>
        <Make onMade={made} />
        <MyRooms />
      </>
    );
  }
  return (
    <>
      <h1 class="sr">Oneroom</h1>
      <Door />
      <MyRooms />
      {making ? (
        <Make onMade={made} />
      ) : (
        <Button id="home-new" wide onPress={() => setMaking(true)}>
          {t(home.new)}
        </Button>
      )}
    </>
  );
}

const place = document.getElementById("app");
if (place) {
  effect(() => {
    document.documentElement.lang = lang.value;
  });
  place.textContent = "";
  render(<Home />, place);
}
