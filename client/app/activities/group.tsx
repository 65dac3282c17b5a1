/** Putting like cards together by tapping: choose cards, then put them together or into a theme. */
import { type ReadonlySignal, useComputed, useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { Ask } from "../parts";
import type { Room } from "../room";
import { mayAct, shownCards, textOf } from "../select";
import { both } from "../words";
import type { ActivityProps } from "./activity";
import { Alike } from "./alike";
import { Gather } from "./gather";
import { Loose } from "./loose";
import { Picking } from "./picking";
import { closedWhy, Quiet } from "./rest";
import { cutAhead, Similar } from "./similar";
import { OpenTheme, Themes, Where } from "./themes";

export function Group({ room, step }: ActivityProps) {
  const held = useSignal<Picking | null>(null);
  held.value ??= new Picking(room, step.id);
  const picking = held.value;
  const similar = useSimilar(room);
  useEffect(() => cutAhead(shownCards(room).map(textOf)), []);
  const acts = mayAct(room, step) && step.input;
  const chosen = picking.chosen.value;
  return (
    <>
      <main class="page">
        <Ask text={both(step.prompt)} />
        <Loose room={room} picking={picking} acts={acts} />
        <Themes room={room} picking={picking} acts={acts} />
      </main>
      {acts ? (
        <footer class="foot">
          {chosen.length > 0 && <Alike {...{ room, picking, similar }} />}
          <Gather room={room} step={step} picking={picking} />
        </footer>
      ) : (
        <Quiet say={closedWhy(room, step) ?? ["", ""]} />
      )}
      {picking.opened.value > 0 && <OpenTheme {...{ room, picking, acts }} />}
      {picking.moving.value && <Where {...{ room, picking, similar }} />}
    </>
  );
}

/** Made anew only when a text has changed, not whenever somebody moves a card. */
function useSimilar(room: Room): ReadonlySignal<Similar> {
  const last = useRef<Similar | null>(null);
  return useComputed(() => {
    const cards = shownCards(room);
    if (!last.current?.isOf(cards)) last.current = new Similar(cards);
    return last.current;
  });
}
