/** Looking for a word in a long list. */
import { Icon } from "../icons";
import { testId } from "../testids";

/** Whether one of the texts contains what is sought; everything matches nothing sought. */
export function matches(sought: string, ...texts: readonly (string | null)[]): boolean {
  const word = sought.trim().toLowerCase();
  return !word || texts.some((text) => text?.toLowerCase().includes(word));
}

interface Props {
  readonly label: string;
  readonly value: string;
  readonly onText: (text: string) => void;
}

export function Find({ label, value, onText }: Props) {
  return (
    <label class="find">
      <Icon name="search" />
      <input
        type="search"
        aria-label={label}
        placeholder={label}
        value={value}
        maxLength={80}
        onInput={(event) => onText(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key !== "Escape" || !value) return;
          event.stopPropagation(); // the first Escape clears, the next one closes
          onText("");
        }}
        {...testId("find")}
      />
    </label>
  );
}
