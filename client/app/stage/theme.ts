/** Dark unless the address asks for something else: `?theme=light`, or `?theme=system`. */
export type Theme = "dark" | "light";

export function themeOf(search: string, isDark: () => boolean): Theme {
  const asked = new URLSearchParams(search).get("theme");
  if (asked === "system") return isDark() ? "dark" : "light";
  return asked === "light" ? "light" : "dark";
}

/** Dresses the page, so that the screen's edges have the picture's colour. */
export function dressed(search: string): Theme {
  const theme = themeOf(search, () => matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.dataset.theme = theme;
  return theme;
}
