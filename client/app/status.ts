/** Status of a server, for its operator. The server draws the page for whoever sends the key along;
this script asks for the key once, keeps it in the tab, and shows the page anew while it is looked at. */
import "@fontsource-variable/golos-text";
import { tab } from "./store";
import "./styles/status.css";

const KEY = "oneroom:operator";
const AGAIN_MS = 3_000;

const part = <T extends Element>(selector: string, page: ParentNode = document) =>
  page.querySelector<T>(selector);

/** The page as the server draws it for this key; null where it does not answer. */
async function fetched(key: string): Promise<{ page: Document; allowed: boolean } | null> {
  const language = `?lang=${document.documentElement.lang}`;
  const headers = { Authorization: `Bearer ${key}` };
  try {
    const answer = await fetch(location.pathname + language, { headers });
    if (!answer.ok && answer.status !== 403) return null;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    return { page, allowed: answer.ok };
  } catch {
    return null;
  }
}

/** Puts a page's content in the place of the present one; focus and what was scrolled stay. */
function put(page: Document): void {
  const from = part("main", page);
  const to = part("main");
  if (!from || !to || from.innerHTML === to.innerHTML) return;
  const focused = document.activeElement?.id;
  const scrolled = [...to.querySelectorAll(".wide")].map(
    (one) => [one.id, one.scrollLeft] as const,
  );
  to.replaceChildren(...from.childNodes);
  for (const [id, left] of scrolled) {
    const same = document.getElementById(id);
    if (same) same.scrollLeft = left;
  }
  if (focused) document.getElementById(focused)?.focus();
}

async function show(key: string): Promise<void> {
  const found = await fetched(key);
  const silent = part<HTMLElement>("#silent");
  const told = found ? "" : (silent?.dataset.text ?? "");
  if (silent && silent.textContent !== told) silent.textContent = told;
  if (!found) return;
  if (found.allowed) tab.set(KEY, key);
  else tab.remove(KEY);
  put(found.page);
  if (!found.allowed) document.getElementById("key")?.focus();
}

function again(): void {
  const key = tab.get(KEY);
  if (key && document.visibilityState === "visible") void show(key);
}

document.addEventListener("submit", (event) => {
  event.preventDefault();
  const key = part<HTMLInputElement>("#key")?.value.trim();
  if (key) void show(key);
});
document.addEventListener("click", (event) => {
  if ((event.target as Element).id !== "forget") return;
  tab.remove(KEY);
  location.reload();
});
document.addEventListener("visibilitychange", again);
setInterval(again, AGAIN_MS);
again();
