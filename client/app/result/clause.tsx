/** A decision as a clause of the document: the wording, its terms, and who stands under it. */
import { SAYS } from "../activities/history";
import { Signature } from "../signature";
import { testId } from "../testids";
import { atTime, t } from "../words";
import { common } from "../words/common";
import { deeds } from "../words/decisions";
import { result as words } from "../words/result";
import type { Decided, Result } from "./data";
import { isTaken, onIso, said, signedWhen, whoIs } from "./text";

interface Props {
  readonly one: Decided;
  readonly result: Result;
  readonly mine: boolean;
}

export function Clause({ one, result, mine }: Props) {
  const state = isTaken(one) ? one.state : "open";
  return (
    <article
      class={`clause is-${state} ${mine ? "is-mine" : ""}`}
      data-state={one.state}
      {...testId("result-decision")}
    >
      <b class="clause__n num" aria-hidden="true">
        {one.number}
      </b>
      {mine && (
        <p class="clause__m">
          <b>{t(words.yours)}</b>
          <span>{t(one.state === "signed" ? words.mineSigned : words.mineUnsigned)}</span>
        </p>
      )}
      <h3 class="clause__w" dir="auto">
        <span class="sr">{t(common.decision, one.number)}. </span>
        {said(one.what)}
      </h3>
      <Terms one={one} />
      <Under one={one} result={result} />
    </article>
  );
}

/** Longer texts do not stand beside one another. */
const LONG = 110;

function Terms({ one }: { one: Decided }) {
  const terms = [
    [common.result, one.result],
    [common.measure, one.measure],
    [common.due, onIso(one.due)],
    [common.assumption, one.assumption],
  ] as const;
  const long = terms.some(([, text]) => (text?.length ?? 0) > LONG);
  return (
    <div class="clause__t">
      <dl class={long ? "is-long" : ""}>
        {terms.map(
          ([label, text]) =>
            text !== "" && (
              <div key={label[1]}>
                <dt>{t(label)}</dt>
                <dd dir="auto">{said(text)}</dd>
              </div>
            ),
        )}
      </dl>
      <Helpers one={one} />
      {one.reason !== "" && <p class="clause__r">{t(words.gaveBack, said(one.reason))}</p>}
      {one.history.length > 1 && <History one={one} />}
    </div>
  );
}

function Helpers({ one }: { one: Decided }) {
  if (!one.helpers.length) return null;
  return (
    <div class="clause__h">
      <b>{t(words.willHelp)}</b>
      <ul>
        {one.helpers.map((offer, place) => (
          <li key={String(place)}>
            <b>{whoIs(offer.name, offer.department)}.</b> {said(offer.text)}
          </li>
        ))}
      </ul>
    </div>
  );
}

/** How it came to this, folded away until somebody asks. */
function History({ one }: { one: Decided }) {
  return (
    <details class="doc__cards">
      <summary>{t(deeds.history)}</summary>
      <ol>
        {one.history.map((event, place) => (
          <li key={String(place)}>
            <time class="num">{atTime(event.at_ms)}</time> {t(SAYS[event.deed], said(event.name))}
          </li>
        ))}
      </ol>
    </details>
  );
}

/** The line under a wording, with a signature or without. */
function Under({ one, result }: { one: Decided; result: Result }) {
  return (
    <div class="clause__o">
      <div class="line">{one.signature && <Signature name={one.owner?.name ?? ""} />}</div>
      {one.owner ? (
        <p>
          <b>{said(one.owner.name)}</b>
          {one.owner.department && <Department name={one.owner.department} />}
        </p>
      ) : (
        <p>
          <b>{t(one.state === "open" ? words.noOwner : words.unsigned)}</b>
        </p>
      )}
      {isTaken(one) && <p class="faint num">{standing(one, result)}</p>}
    </div>
  );
}

/** Beside the name after a comma, or below it, as there is room. */
function Department({ name }: { name: string }) {
  return (
    <>
      <i>, </i>
      <span>{name}</span>
    </>
  );
}

function standing(one: Decided, result: Result): string {
  if (one.state === "signed") return signedWhen(one, result);
  return t(one.state === "taken" ? words.taken : words.signAgain);
}
