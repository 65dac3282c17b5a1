/** Dark unless the address asks for something else: `?theme=light`, or `?theme=system`. */
export type Theme = "dark" | "light" | "system";

export function themeOf(search: string): Theme {
  const asked = new URLSearchParams(search).get("theme");
  return asked === "light" || asked === "system" ? asked : "dark";
}

/** Dresses the page, so that the screen's edges have the picture's colour. */
export function dress(theme: Theme): void {
  const { dataset } = document.documentElement;
  if (theme === "system") delete dataset.theme;
  else dataset.theme = theme;
}
