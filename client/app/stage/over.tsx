/** The end: how much was decided and signed, who took it, and where the result is. */
import type { Room } from "../room";
import { openDecisions } from "../select";
import { testId } from "../testids";
import type { Decision } from "../wire";
import { count, glue, t } from "../words";
import { stage } from "../words/stage";
import { useBeat } from "./beat";
import { Fates, wordingOf } from "./board";
import { Plain } from "./rest";
import type { SceneProps } from "./scene";

const PAGE_MS = 10_000;
const ROW = 112;
const FATES = 60;

export function Over({ room, box, tall }: SceneProps) {
  const list = openDecisions(room);
  const signed = list.filter((decision) => decision.signed);
  if (list.length === 0) return <Undecided room={room} />;
  const height = tall ? box.height * 0.6 : box.height;
  return (
    <div class="st-over">
      <section>
        <Figure n={list.length} words={count(stage.nDecisions, list.length)} />
        <Figure n={signed.length} words={count(stage.nSignatures, signed.length)} pen />
      </section>
      <Taken room={room} list={signed.length ? signed : list} height={height - FATES} />
    </div>
  );
}

/** A session may end without decisions: then it ends with its goal. */
function Undecided({ room }: { room: Room }) {
  const { title = "", goal = "" } = room.facts.value ?? {};
  return <Plain title={glue(title ?? "")} text={glue(goal ?? "")} />;
}

function Figure({ n, words, pen = false }: { n: number; words: string; pen?: boolean }) {
  return (
    <p class={pen ? "is-pen" : ""} {...testId(pen ? "stage-signatures" : "stage-count")}>
      <b>{n}</b>
      <span>{words}</span>
    </p>
  );
}

interface TakenProps {
  readonly room: Room;
  readonly list: readonly Decision[];
  readonly height: number;
}

function Taken({ room, list, height }: TakenProps) {
  const most = Math.max(1, Math.floor(height / ROW));
  const pages = Math.max(1, Math.ceil(list.length / most));
  const page = useBeat(PAGE_MS) % pages;
  return (
    <section>
      <ol class="st-taken">
        {list.slice(page * most, (page + 1) * most).map((decision) => (
          <li key={decision.id} class={decision.signed ? "is-signed" : ""}>
            <p>{wordingOf(decision)}</p>
            <b>{decision.owner ? decision.owner_name : t(stage.who)}</b>
          </li>
        ))}
      </ol>
      <Fates room={room} />
    </section>
  );
}
