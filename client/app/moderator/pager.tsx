/** The phone: four pages side by side, reached by a swipe or by their names. */
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { Choice } from "../parts";
import { t } from "../words";
import { desk as words } from "../words/moderator";
import { type Desk, PAGES, type PageName } from "./desk";

interface Props {
  readonly desk: Desk;
  readonly pages: Readonly<Record<PageName, ComponentChildren>>;
}

const NAMES = {
  live: words.live,
  plan: words.planShort,
  people: words.people,
  screen: words.screen,
} as const;

export function Pager({ desk, pages }: Props) {
  const strip = useRef<HTMLElement>(null);
  const page = desk.page.value;
  useEffect(() => {
    const box = strip.current;
    const left = PAGES.indexOf(page) * (box?.clientWidth ?? 0);
    if (box && Math.abs(box.scrollLeft - left) > 2) box.scrollTo({ left });
  }, [page]);
  const swiped = (box: HTMLElement) => {
    const at = PAGES[Math.round(box.scrollLeft / box.clientWidth)];
    const settled = Math.abs(box.scrollLeft % box.clientWidth) < 2;
    if (at && settled) desk.page.value = at;
  };
  return (
    <>
      <nav class="tabs tabs--pages" aria-label={t(words.tabs)}>
        {PAGES.map((name) => (
          <Choice
            key={name}
            id={`mod-page-${name}`}
            on={page === name}
            onPress={() => {
              desk.page.value = name;
            }}
          >
            {t(NAMES[name])}
          </Choice>
        ))}
      </nav>
      <main class="pager" ref={strip} onScroll={(event) => swiped(event.currentTarget)}>
        {PAGES.map((name) => (
          <section key={name} class={`pager__page pager__page--${name}`} inert={page !== name}>
            {name !== "live" && <h1 class="sr">{t(NAMES[name])}</h1>}
            {pages[name]}
          </section>
        ))}
      </main>
    </>
  );
}
