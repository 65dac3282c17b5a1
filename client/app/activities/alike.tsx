/** Advice: one card or theme that is like what was chosen. It is taken by one tap or let be. */
import type { ReadonlySignal } from "@preact/signals";
import { useEffect, useState } from "preact/hooks";
import type { Room } from "../room";
import { groupName, textOf } from "../select";
import { testId } from "../testids";
import { t } from "../words";
import { grouping } from "../words/group";
import type { Picking } from "./picking";
import { ALIKE, type Found, type Similar } from "./similar";

interface Props {
  readonly room: Room;
  readonly picking: Picking;
  readonly similar: ReadonlySignal<Similar>;
}

/** The themes whose cards are most like some cards, the most alike first. */
export function likeThemes(room: Room, found: readonly Found[]): readonly Found[] {
  const best = new Map<number, number>();
  for (const { id, score } of found) {
    const theme = room.replica.room.one("card", id)?.group ?? 0;
    if (theme && score >= ALIKE && !best.has(theme)) best.set(theme, score);
  }
  return [...best].map(([id, score]) => ({ id, score }));
}

/** A card to be chosen too, or a theme to put the chosen cards into. */
type Advice = { readonly card: number } | { readonly theme: number };

function advise({ room, picking, similar }: Props): Advice | null {
  const found = similar.peek().to(picking.chosen.peek());
  const loose = new Set(picking.loose.peek().map((card) => card.id));
  const card = found.find((one) => one.score >= ALIKE && loose.has(one.id));
  const [theme] = likeThemes(room, found);
  if (theme && theme.score >= (card?.score ?? 0)) return { theme: theme.id };
  return card ? { card: card.id } : null;
}

const SOON_MS = 60;

/** Looks for advice after the tap has been answered. */
function useAdvice(props: Props): Advice | null {
  const [advice, setAdvice] = useState<Advice | null>(null);
  useEffect(() => {
    const timer = setTimeout(() => setAdvice(advise(props)), SOON_MS);
    return () => clearTimeout(timer);
  }, [props.picking.chosen.value]);
  return advice;
}

export function Alike(props: Props) {
  const { room, picking } = props;
  const advice = useAdvice(props);
  if (!advice) return null;
  if ("theme" in advice) {
    const { theme } = advice;
    return (
      <Like
        says={t(grouping.likeTheme)}
        text={groupName(room, theme)}
        act={t(grouping.putIn)}
        onPress={() => void picking.put(picking.chosen.peek(), theme)}
      />
    );
  }
  const view = room.replica.room.one("card", advice.card);
  if (!view || view.group || picking.has(view)) return null;
  return (
    <Like
      says={t(grouping.oneMore)}
      text={textOf(view)}
      act={t(grouping.add)}
      onPress={() => picking.toggle(view.id)}
    />
  );
}

interface LikeProps {
  readonly says: string;
  readonly text: string;
  readonly act: string;
  readonly onPress: () => void;
}

function Like({ says, text, act, onPress }: LikeProps) {
  return (
    <div class="like" {...testId("alike")}>
      <p>
        <span>{says}</span>
        <b>{text}</b>
      </p>
      <button type="button" onClick={onPress} {...testId("alike-take")}>
        {act}
      </button>
    </div>
  );
}
