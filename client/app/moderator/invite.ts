/** An invitation ready to paste into a letter or a chat. */
import type { RoomLink } from "../links";
import type { Room } from "../room";
import { ROLE } from "../wire";
import type { Lang, Pair } from "../words";

const STAGE: Pair = [
  "Экран в зале: откройте эту ссылку в браузере и разверните на весь экран.\n{url}",
  "The stage: open this link in a browser and make it full screen.\n{url}",
];
const HOST: Pair = [
  "Вы ведёте сессию «{title}». Это ваш пульт, ссылка и есть ключ: не передавайте её участникам.\n{url}",
  "You lead the session “{title}”. This is your desk; the link is the key, so keep it from participants.\n{url}",
];
const GUEST: Pair = [
  "Здравствуйте. Приглашаем вас на сессию «{title}». {goal}\nНам важен ваш взгляд. Приложение и регистрация не нужны: откройте ссылку с телефона.\n{url}",
  "Hello. We would like you to join our session “{title}”. {goal}\nYour view matters to us. No app and no account: open the link on your phone.\n{url}",
];
const MEMBER: Pair = [
  "Сессия «{title}». {goal}\nОткройте ссылку с телефона и назовите себя, это меньше минуты. Приложение и регистрация не нужны.\n{url}",
  "Session “{title}”. {goal}\nOpen the link on your phone and say who you are, it takes less than a minute. No app, no account.\n{url}",
];

const ABSENT: Pair = [
  "Здравствуйте. На сессии «{title}» для вас осталось решение:\n«{what}»\nЕсли возьмётесь, откройте личную ссылку, прочтите точный текст и подпишите. Ссылка только для вас, до {until}.\n{url}",
  "Hello. The session “{title}” has left a decision for you:\n“{what}”\nIf you take it, open your personal link, read the exact wording and sign. The link is for you alone, until {until}.\n{url}",
];

const GUESTS: readonly string[] = ["customer", "partner", "expert"];
const HOSTS: readonly string[] = ["facilitator", "cofacilitator"];

function letterFor(role: string): Pair {
  if (role === "stage") return STAGE;
  if (HOSTS.includes(role)) return HOST;
  return role.split("+").every((one) => GUESTS.includes(one)) ? GUEST : MEMBER;
}

/** The letter for a link, in one language. */
export function invitation(room: Room, link: RoomLink, language: Lang): string {
  return filled(letterFor(link.role), language, {
    title: room.facts.value?.title ?? "",
    goal: room.facts.value?.goal ?? "",
    url: link.url,
  });
}

/** The letter for somebody who is asked to sign a decision from afar. */
export function absentLetter(
  room: Room,
  link: RoomLink,
  asked: { readonly what: string; readonly until: string },
  language: Lang,
): string {
  const title = room.facts.value?.title ?? "";
  return filled(ABSENT, language, { ...asked, title, url: link.url });
}

function filled(letter: Pair, language: Lang, values: Readonly<Record<string, string>>): string {
  const text = letter[language === "ru" ? 0 : 1];
  return text.replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? "").replace(/ +\n/g, "\n");
}

/** The mask of a link's role, which may be several: "member+lead". */
export function maskOf(role: string): number {
  const names = role.split("+") as (keyof typeof ROLE)[];
  return names.reduce((mask, name) => mask | (ROLE[name] ?? 0), 0);
}
