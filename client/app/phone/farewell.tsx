/** Going away: for now, or for good with all one's words. */
import { useEffect, useState } from "preact/hooks";
import { Button } from "../parts";
import type { Room } from "../room";
import { t } from "../words";
import { menu } from "../words/menu";
import { eraseMe, leave } from "./leaving";

/** So long a second press is too early to be meant. */
const PAUSE_MS = 1_000;

export function Leaving({ room }: { room: Room }) {
  return (
    <div class="farewell">
      <h3>{t(menu.leaveTitle)}</h3>
      <p class="lead-in">{t(menu.leaveLead)}</p>
      <Button id="leave" wide onPress={() => leave(room)}>
        {t(menu.leaveSend)}
      </Button>
      <h3>{t(menu.eraseTitle)}</h3>
      <p class="lead-in">{t(menu.eraseLead)}</p>
      <p class="lead-in">{t(menu.eraseAnonymous)}</p>
      <Erase room={room} />
    </div>
  );
}

function Erase({ room }: { room: Room }) {
  const [asked, setAsked] = useState<"" | "just now" | "a while ago">("");
  useEffect(() => {
    if (asked !== "just now") return;
    const timer = setTimeout(() => setAsked("a while ago"), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [asked]);
  const press = () => {
    if (!asked) setAsked("just now");
    if (asked === "a while ago") void eraseMe(room);
  };
  return (
    <Button id="erase" wide onPress={press}>
      {t(asked ? menu.eraseSure : menu.eraseSend)}
    </Button>
  );
}
