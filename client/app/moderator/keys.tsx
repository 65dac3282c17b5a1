/** Keys of the desk. Each does what a visible button does, and never while somebody types. */
import { useLayoutEffect, useRef } from "preact/hooks";
import { Sheet } from "../parts";
import { type Pair, t } from "../words";
import { desk as words } from "../words/moderator";
import type { Desk } from "./desk";

export type Keys = Readonly<Record<string, () => void>>;

const TYPES = ["INPUT", "TEXTAREA", "SELECT"];
/** Keys that press what has the focus must stay with it. */
const PRESSES = [" ", "Enter"];
const PRESSED = ["BUTTON", "SUMMARY", "A"];

/** Letters of a Russian keyboard stand for the Latin ones that share their key. */
const RUSSIAN: Readonly<Record<string, string>> = {
  д: "l",
  ш: "i",
  л: "k",
  е: "t",
  з: "p",
  ы: "s",
  ".": "/",
  ",": "?",
};

export function useKeys(keys: Keys): void {
  // What a key does follows the screen at once; an effect after the paint would be late for it.
  const latest = useRef(keys);
  latest.current = keys;
  useLayoutEffect(() => {
    const press = (event: KeyboardEvent) => {
      const at = event.target as HTMLElement;
      if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
      if (TYPES.includes(at.tagName) || document.querySelector("[role=dialog]")) return;
      if (PRESSES.includes(event.key) && PRESSED.includes(at.tagName)) return;
      const key = event.key.toLowerCase();
      const act = latest.current[event.key] ?? latest.current[RUSSIAN[key] ?? key];
      if (!act) return;
      event.preventDefault();
      act();
    };
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  }, []);
}

/** What stands in the list, in the order of a session. */
export const KEY_LIST: readonly (readonly [string | Pair, Pair])[] = [
  ["→", words.keyNext],
  ["←", words.keyBack],
  [words.space, words.keyPause],
  ["1", words.keyPlus1],
  ["5", words.keyPlus5],
  ["−", words.keyMinus1],
  ["T", words.keyTime],
  ["0", words.keyStop],
  ["I", words.keyInsert],
  ["S", words.keyStage],
  ["P", words.keyPhone],
  ["L", words.keyLinks],
  ["/", words.keySearch],
  ["?", words.keyList],
  ["Esc", words.keyEscape],
];

export function KeyList({ desk }: { desk: Desk }) {
  return (
    <Sheet title={t(words.keys)} onClose={() => desk.open(null)}>
      <dl class="keys">
        {KEY_LIST.map(([key, what]) => (
          <div key={what[1]}>
            <dt>
              <kbd>{typeof key === "string" ? key : t(key)}</kbd>
            </dt>
            <dd>{t(what)}</dd>
          </div>
        ))}
      </dl>
    </Sheet>
  );
}
