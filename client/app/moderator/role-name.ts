/** What a link's role is called. */
import { t } from "../words";
import { roleNames } from "../words/common";
import { desk as words } from "../words/moderator";

/** "Сотрудник или руководитель" for a link that leaves the role open. */
export function roleName(mask: number): string {
  const names = Object.entries(roleNames)
    .filter(([bit]) => mask & Number(bit))
    .map(([, name], n) => (n ? t(name).toLowerCase() : t(name)));
  if (names.length < 2) return names[0] ?? "";
  return t(words.either, names.slice(0, -1).join(", "), names[names.length - 1] ?? "");
}
