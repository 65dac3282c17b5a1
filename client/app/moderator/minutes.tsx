/** A number of minutes, by a few usual ones or any other. */
import { useId } from "preact/hooks";
import { testId } from "../testids";
import { t } from "../words";
import { desk as words } from "../words/moderator";

const USUAL = [2, 3, 5, 10, 15];
const MOST = 240;

/** A whole number of minutes from what was typed; 0 where it is none. */
export function minutesFrom(text: string): number {
  const number = Math.round(Number(text.replace(",", ".")));
  return Number.isFinite(number) ? Math.min(MOST, Math.max(0, number)) : 0;
}

interface Props {
  readonly value: number;
  readonly onMinutes: (minutes: number) => void;
}

export function MinutesField({ value, onMinutes }: Props) {
  const name = useId();
  return (
    <fieldset class="minutes">
      <legend>{t(words.stepMinutes)}</legend>
      {USUAL.map((one) => (
        <button
          key={one}
          type="button"
          class="chip num"
          aria-pressed={value === one}
          onClick={() => onMinutes(one)}
        >
          {one}
        </button>
      ))}
      <label class="sr" for={name}>
        {t(words.otherMinutes)}
      </label>
      <input
        id={name}
        class="num"
        inputMode="numeric"
        maxLength={3}
        value={value || ""}
        onInput={(event) => onMinutes(minutesFrom(event.currentTarget.value))}
        {...testId("minutes")}
      />
    </fieldset>
  );
}
