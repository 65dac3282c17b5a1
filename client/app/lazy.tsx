/**
 * Parts of a page that are fetched when they are first needed. A phone may be in a tunnel just
 * then, so a failed load is tried again until it succeeds.
 */
import { signal } from "@preact/signals";
import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import { t } from "./words";
import { common } from "./words/common";

const AGAIN_MS = 2_000;
const SLOW_MS = 600;

export interface Lazy<P> {
  (props: P): preact.JSX.Element | null;
  /** Fetches the code ahead of its need. */
  readonly warm: () => void;
}

/** `Meanwhile` stands in its place until it is there; if not said, as a page that is empty. */
export function lazy<P extends object>(
  load: () => Promise<ComponentType<P>>,
  Meanwhile: ComponentType = Loading,
): Lazy<P> {
  const loaded = signal<ComponentType<P> | null>(null);
  let going = false;
  const warm = () => {
    if (going) return;
    going = true;
    load().then(
      (component) => {
        loaded.value = component;
      },
      () => {
        going = false;
        setTimeout(warm, AGAIN_MS);
      },
    );
  };
  function Later(props: P) {
    const Component = loaded.value;
    useEffect(warm, []);
    return Component ? <Component {...props} /> : <Meanwhile />;
  }
  return Object.assign(Later, { warm });
}

/** Says that something comes, but only where it takes long. */
function Loading() {
  const [slow, setSlow] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setSlow(true), SLOW_MS);
    return () => clearTimeout(timer);
  }, []);
  return (
    <main class="page">
      <p class="quiet" role="status">
        {slow && t(common.connecting)}
      </p>
    </main>
  );
}
