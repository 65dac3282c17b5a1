/** Advice: one card or theme that is like what was chosen. It is taken by one tap or let be. */
import type { ReadonlySignal } from "@preact/signals";
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

export function Alike({ room, picking, similar }: Props) {
  const chosen = picking.chosen.value;
  const found = similar.value.to(chosen);
  const loose = new Set(picking.loose.value.map((card) => card.id));
  const card = found.find((one) => one.score >= ALIKE && loose.has(one.id));
  const [theme] = likeThemes(room, found);
  if (theme && theme.score >= (card?.score ?? 0)) {
    return (
      <Like
        says={t(grouping.likeTheme)}
        text={groupName(room, theme.id)}
        act={t(grouping.putIn)}
        onPress={() => void picking.put(chosen, theme.id)}
      />
    );
  }
  const view = card && room.replica.room.one("card", card.id);
  if (!view) return null;
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
