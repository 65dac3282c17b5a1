/**
 * The browser's way back. It closes what lies on top, and leaves a room only when asked twice:
 * while somebody sits in it, an entry of history lies above the page, and going back takes that.
 */
import { useLayoutEffect, useRef } from "preact/hooks";

const AGAIN_MS = 4_000;

const opened: (() => void)[] = [];

/** Has the way back close something for as long as `open` holds. The latest closes first. */
export function useBackCloses(close: () => void, open = true): void {
  const latest = useRef(close);
  latest.current = close;
  useLayoutEffect(() => (open ? onBack(() => latest.current()) : undefined), [open]);
}

/** Has the way back do this, until the returned function is called. */
export function onBack(close: () => void): () => void {
  opened.push(close);
  return () => {
    const place = opened.lastIndexOf(close);
    if (place >= 0) opened.splice(place, 1);
  };
}

type Page = Pick<Window, "history" | "addEventListener" | "removeEventListener">;

/** Keeps a page in its room; `warn` is told of a way back that closed nothing. */
export function stayInRoom(page: Page, warn: () => void): () => void {
  let warned = 0;
  const hold = () => {
    if (!page.history.state?.inRoom) page.history.pushState({ inRoom: true }, "");
  };
  const back = () => {
    if (page.history.state?.inRoom) return; // it was a way forward
    const close = opened[opened.length - 1];
    if (close) {
      close();
      hold();
      return;
    }
    warn();
    clearTimeout(warned);
    warned = Number(setTimeout(hold, AGAIN_MS));
  };
  // A browser passes over entries that were made before anybody touched the page.
  const touches = ["click", "keydown"] as const;
  for (const touch of touches) page.addEventListener(touch, hold);
  page.addEventListener("popstate", back);
  hold();
  return () => {
    clearTimeout(warned);
    for (const touch of touches) page.removeEventListener(touch, hold);
    page.removeEventListener("popstate", back);
  };
}
