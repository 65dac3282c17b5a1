/** What the moderator points at, so that everybody looks at the same thing. */
import type { Room } from "../room";
import { testId } from "../testids";
import { t } from "../words";
import { steps } from "../words/steps";
import { sourceText } from "./source";

const SPOTLIGHT_ID = 4;

function pointedAt(room: Room): string {
  const target = room.replica.room.one("spotlight", SPOTLIGHT_ID)?.target ?? 0;
  if (!target) return "";
  return room.replica.room.one("decision", target)?.what ?? sourceText(room, target);
}

export function Spotlight({ room }: { room: Room }) {
  const text = pointedAt(room);
  return (
    <div role="status">
      {text && (
        <p class="spot" {...testId("spotlight")}>
          <span>{t(steps.spotlight)}</span>
          <b class="clamp">{text}</b>
        </p>
      )}
    </div>
  );
}
