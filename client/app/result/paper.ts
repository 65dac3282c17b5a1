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

const FACES = ['600 16px "Golos Text Variable"', '400 16px "Literata Variable"'];
const LETTERS = "Аа Aa 1";
const LONGEST_MS = 2_000;

/** Prints, once the document's faces are there: a phone does not use them on its screen. */
export async function printPaper(): Promise<void> {
  const loading = FACES.map((face) => document.fonts.load(face, LETTERS));
  const enough = new Promise((done) => setTimeout(done, LONGEST_MS));
  await Promise.race([Promise.allSettled(loading), enough]);
  print();
}
