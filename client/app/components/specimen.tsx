/** How the page is laid out: sections, and in each the same things in light and in dark. */
import type { ComponentChildren, ComponentType } from "preact";
import { type Pair, t } from "../words";

const THEMES = ["light", "dark"] as const;
export type Theme = (typeof THEMES)[number];

/** `Body` is drawn twice, so that neither drawing shares state with the other. */
export function Section({ name, Body }: { name: Pair; Body: ComponentType<{ theme: Theme }> }) {
  return (
    <section class="show">
      <h2>{t(name)}</h2>
      {THEMES.map((theme) => (
        <div key={theme} class="show__cell" data-theme={theme}>
          <Body theme={theme} />
        </div>
      ))}
    </section>
  );
}

/** A thing with its caption. */
export function One({ name, children }: { name: Pair; children: ComponentChildren }) {
  return (
    <div class="show__one">
      <p class="show__cap">{t(name)}</p>
      {children}
    </div>
  );
}

export function Row({ children }: { children: ComponentChildren }) {
  return <div class="show__row">{children}</div>;
}
