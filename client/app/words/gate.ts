/** Words of the pages that stand where a room cannot be shown: why, and what to do. */
import { CLOSE } from "../wire";
import type { Pair } from "../words";

export interface Notice {
  readonly title: Pair;
  readonly lead: Pair;
  /** What the one button does, and what it says. */
  readonly act: "reload" | "home";
  readonly button: Pair;
}

const RELOAD: Pair = ["Обновить страницу", "Reload the page"];
const BY_CODE: Pair = ["Войти по коду", "Enter by a code"];
const BACK: Pair = ["Вернуться", "Come back"];

const OTHERWISE: Notice = {
  title: ["Связь с комнатой прервалась", "The connection to the room has ended"],
  lead: [
    "Всё написанное осталось у вас. Обновите страницу, и мы продолжим.",
    "What you wrote is still with you. Reload the page and we go on.",
  ],
  act: "reload",
  button: RELOAD,
};

const NOTICES: Readonly<Record<number, Notice>> = {
  [CLOSE.NORMAL]: {
    title: ["Спасибо, что были с нами", "Thank you for being with us"],
    lead: [
      "Ваши слова остались у команды, место за вами. По этой же ссылке потом откроется итог.",
      "Your words stay with the team, your seat is kept. The result will be at this same link.",
    ],
    act: "reload",
    button: BACK,
  },
  [CLOSE.BAD_TOKEN]: {
    title: ["Ссылка не подошла", "This link does not fit"],
    lead: [
      "Похоже, она скопирована не целиком. Откройте её из приглашения ещё раз или возьмите код у ведущего.",
      "It may have been cut. Open it from the invitation again, or ask the facilitator for the code.",
    ],
    act: "home",
    button: BY_CODE,
  },
  [CLOSE.REVOKED]: {
    title: ["Эта ссылка больше не действует", "This link no longer works"],
    lead: [
      "Ведущий закрыл её или освободил ваше место. Если это ошибка, попросите у него новую ссылку.",
      "The facilitator has closed it or given up your seat. If that is a mistake, ask for a new link.",
    ],
    act: "home",
    button: BY_CODE,
  },
  [CLOSE.NO_SUCH_ROOM]: {
    title: ["Такой комнаты нет", "There is no such room"],
    lead: [
      "Сверьте код с приглашением или с экраном в зале: одна буква меняет комнату.",
      "Compare the code with the invitation or the stage: one letter makes another room.",
    ],
    act: "home",
    button: ["Ввести другой код", "Enter another code"],
  },
  [CLOSE.TAKEN_OVER]: {
    title: ["Комната открыта в другом окне", "The room is open in another window"],
    lead: [
      "Продолжайте там. Если хотите работать здесь, вернитесь сюда: ничего не потеряно.",
      "Go on there. If you would rather work here, come back: nothing is lost.",
    ],
    act: "reload",
    button: ["Продолжить здесь", "Go on here"],
  },
  [CLOSE.VERSION]: {
    title: ["Вышла новая версия", "There is a new version"],
    lead: [
      "Обновите страницу. Место и всё написанное сохранятся.",
      "Reload the page. Your seat and what you wrote are kept.",
    ],
    act: "reload",
    button: RELOAD,
  },
};

export const noticeOf = (code: number): Notice => NOTICES[code] ?? OTHERWISE;

export const erasedNotice: Notice = {
  title: ["Всё стёрто", "All is erased"],
  lead: [
    "Ваше имя и слова удалены навсегда. Голоса и сам факт решений остались без имени.",
    "Your name and words are gone for good. Votes and the fact of decisions stay without a name.",
  ],
  act: "home",
  button: ["На первую страницу", "To the first page"],
};

export const fullNotice: Notice = {
  title: ["В комнате больше нет мест", "The room is full"],
  lead: [
    "Ведущий может добавить места. Скажите ему и попробуйте ещё раз, имя мы запомнили.",
    "The facilitator can add places. Tell them and try again, we have kept your name.",
  ],
  act: "reload",
  button: ["Попробовать ещё раз", "Try again"],
};

export const gate = {
  connecting: ["Подключаемся к комнате", "Connecting to the room"],
  slow: [
    "Сервер пока не отвечает. Пробуем снова сами, страницу можно не трогать.",
    "The server does not answer yet. We keep trying by ourselves, you can leave the page open.",
  ],
  storage: [
    "Сервер сейчас не может прочитать записи этой комнаты. Пробуем снова сами. Если так долго, скажите ведущему.",
    "The server cannot read this room's records just now. We keep trying. If it takes long, tell the facilitator.",
  ],
  unsent: ["Не отправлено", "Not sent"],
  unsentLead: [
    "Эти тексты лежат на этом телефоне. Скопируйте их, если они ещё нужны.",
    "These texts are on this phone. Copy them if you still need them.",
  ],
} satisfies Record<string, Pair>;
