/** Keys of the desk. Each does what a visible button does, and never while somebody types. */
import { useEffect } from "preact/hooks";

export type Keys = Readonly<Record<string, () => void>>;

const TYPES = ["INPUT", "TEXTAREA", "SELECT"];

export function useKeys(keys: Keys): void {
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      const at = event.target as HTMLElement;
      if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
      if (TYPES.includes(at.tagName) || document.querySelector("[role=dialog]")) return;
      if (event.key === " " && at.tagName === "BUTTON") return; // it presses the button
      const act = keys[event.key];
      if (!act) return;
      event.preventDefault();
      act();
    };
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  });
}
