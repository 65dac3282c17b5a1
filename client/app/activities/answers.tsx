/** All answers of one person, to be looked over and changed. */
import { Icon, type IconName } from "../icons";
import type { Item } from "../select";
import { testId } from "../testids";
import { t } from "../words";
import { votes } from "../words/votes";
import type { Opinion } from "./ballots";
import { MANY } from "./lists";

interface Props {
  readonly items: readonly Item[];
  readonly opinions: readonly Opinion[];
  readonly onOpen: (at: number) => void;
}

const ICONS: Record<Opinion, IconName> = {
  agree: "check",
  disagree: "cross",
  pass: "right",
  none: "ring",
};

const saying = (opinion: Opinion) =>
  opinion === "agree" ? votes.agree : opinion === "disagree" ? votes.disagree : votes.passed;

export function Answers({ items, opinions, onOpen }: Props) {
  return (
    <div class="answers" {...testId("answers")}>
      <h2 class="ask ask--big">{t(votes.allAnswered)}</h2>
      <p class="lead-in">{t(votes.allAnsweredLead)}</p>
      <ol class={items.length > MANY ? "themes many" : "themes"}>
        {items.map((item, n) => (
          <li key={item.choice.id}>
            <button type="button" class="heap" onClick={() => onOpen(n)} {...testId("answer")}>
              <Icon name={ICONS[opinions[n] ?? "none"]} />
              <span class="answers__text clamp">{item.text}</span>
              <span class="num">{t(saying(opinions[n] ?? "none"))}</span>
            </button>
          </li>
        ))}
      </ol>
    </div>
  );
}
