/** The phone of everybody who takes part: participants, customers, partners, experts, observers. */
import { render } from "preact";
import { enterRoom } from "./enter";
import { PhoneView } from "./phone/view";
import "./styles/phone.css";
import { Timing } from "./timing";

const place = document.getElementById("app");
if (place) {
  const room = enterRoom();
  place.textContent = "";
  render(<PhoneView room={room} timing={new Timing(room)} />, place);
}
