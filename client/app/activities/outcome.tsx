/** Pieces that both kinds of results share. */
import type { Step } from "../wire";
import { both, t } from "../words";
import { votes } from "../words/votes";

export function ResultHead({ step }: { step: Step }) {
  return (
    <>
      <h1 class="ask ask--big">{t(votes.result)}</h1>
      <p class="lead-in">{both(step.prompt)}</p>
    </>
  );
}

/** Longer texts than this are sentences, not names. */
const NAME = 90;

export function OutcomeName({ text }: { text: string }) {
  return <p class={text.length > NAME ? "outcome__text" : "outcome__name"}>{text}</p>;
}
