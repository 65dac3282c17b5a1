/** Printing: a page of its own, whatever the result stands in on the screen. */
import type { RefObject } from "preact";
import { useEffect } from "preact/hooks";

const PRINTING = "is-printing";

/** While the browser prints, a copy of the document stands alone in the page. */
export function useOwnPaper(paper: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    let copy: HTMLElement | null = null;
    const leave = () => {
      copy?.remove();
      copy = null;
      document.documentElement.classList.remove(PRINTING);
    };
    const enter = () => {
      leave();
      copy = (paper.current?.cloneNode(true) as HTMLElement | undefined) ?? null;
      if (!copy) return;
      copy.classList.add("doc--paper");
      document.body.append(copy);
      document.documentElement.classList.add(PRINTING);
    };
    addEventListener("beforeprint", enter);
    addEventListener("afterprint", leave);
    return () => {
      leave();
      removeEventListener("beforeprint", enter);
      removeEventListener("afterprint", leave);
    };
  }, []);
}
