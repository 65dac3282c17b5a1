/** Words of the stage. */
import type { Voice } from "../icons";
import type { Pair } from "../words";

/** What the room does now, below the countdown. */
export const beats: Record<string, Pair> = {
  brief: ["слушаем", "listening"],
  ideate: ["пишем молча", "writing in silence"],
  reveal: ["читаем вместе", "reading together"],
  group: ["собираем темы", "finding themes"],
  vote: ["голосуем", "voting"],
  draft: ["пишем решения", "wording decisions"],
  claim: ["беру на себя", "taking decisions"],
  discuss: ["обсуждаем", "talking"],
  break: ["перерыв", "break"],
  close: ["завершаем", "closing"],
};

export const stage = {
  connecting: ["Подключаемся к комнате {0}", "Connecting to room {0}"],
  lost: ["Восстанавливаем связь", "Reconnecting"],
  qr: ["QR-код для входа: {0}", "QR code to join: {0}"],
  next: ["Дальше, {0} мин", "Next, {0} min"],
  nextUntimed: ["Дальше", "Next"],
  ends: ["Закончим в {0}", "We finish at {0}"],
  last: ["Последний шаг", "The last step"],
  look: ["смотрим вместе", "looking together"],
  paused: ["пауза", "paused"],
  timeUp: ["время вышло", "time is up"],
  lastMinute: ["меньше минуты", "less than a minute"],
  lastSeconds: ["последние секунды", "last seconds"],
  by: ["{0}: {1}", "{0}: {1}"],
  more: ["+{0} мин", "+{0} min"],
  less: ["\u2212{0} мин", "\u2212{0} min"],
  resumed: ["часы снова идут", "the clock runs again"],
  stopped: ["ввод закрыт", "input is closed"],
  endMoved: ["конец в {0}", "we finish at {0}"],
  road: ["Шаг {0} из {1}", "Step {0} of {1}"],

  table: ["За столом", "At the table"],
  startsIn: ["начнём через", "we begin in"],
  startsAt: ["начало в", "we begin at"],
  soon: ["сейчас начнём", "we begin in a moment"],
  first: ["Ждём первых", "Waiting for the first"],
  here: ["уже с нами", "with us already"],
  waitingFor: ["ждём", "expected"],
  noPhone: ["Нет телефона под рукой?", "No phone at hand?"],
  share: ["Один на двоих тоже годится", "Sharing one is fine"],
  aMark: ["Одна фигура: {0} человек", "One shape: {0} people"],
  page: ["{0} из {1}", "{0} of {1}"],

  written: ["карточка|карточки|карточек", "card|cards"],
  typing: ["пишет ещё {0}|пишут ещё {0}|пишут ещё {0}", "{0} still writing|{0} still writing"],
  span: ["{0}\u2013{1} из {2}", "{0}\u2013{1} of {2}"],
  loose: [
    "ещё {0} карточка без темы|ещё {0} карточки без темы|ещё {0} карточек без темы",
    "{0} more card without a theme|{0} more cards without a theme",
  ],

  voted: ["проголосовал|проголосовали|проголосовали", "person has voted|people have voted"],
  votedOf: ["проголосовали из {0}", "of {0} have voted"],
  turnout: [
    "Голосовал {0} человек.|Голосовали {0} человека.|Голосовали {0} человек.",
    "{0} person voted.|{0} people voted.",
  ],
  theme: ["Тема", "Theme"],
  statement: ["Утверждение", "Statement"],
  dots: ["голоса", "votes"],
  opinions: ["мнения", "opinions"],
  shareOfDots: ["доля голосов", "share of votes"],
  shareOfAgree: ["согласны", "agree"],
  gap: [
    "Разрыв в {0} пункт|Разрыв в {0} пункта|Разрыв в {0} пунктов",
    "A gap of {0} point|A gap of {0} points",
  ],
  points: ["{0} пункт|{0} пункта|{0} пунктов", "{0} point|{0} points"],
  gapOfDots: [
    "«{0}»: {1} отдали {2} % голосов, {3} {4}.",
    "“{0}”: {1} gave {2} % of their votes, {3} {4}.",
  ],
  gapOfAgree: [
    "«{0}»: согласны {1} % {2} и {3} % {4}.",
    "“{0}”: {1} % of {2} agree and {3} % of {4}.",
  ],
  percent: ["{0} %", "{0} %"],
  none: ["ни одного", "none"],
  close: [
    "Все видят одно и то же: разрыв не больше {0} пункта.|Все видят одно и то же: разрыв не больше {0} пунктов.|Все видят одно и то же: разрыв не больше {0} пунктов.",
    "All see it alike: no gap above {0} point.|All see it alike: no gap above {0} points.",
  ],
  and: ["{0} и {1}", "{0} and {1}"],
  rest: ["остальные", "the others"],
  ofRest: ["остальных", "the others"],
  agree: ["Так", "Agree"],
  disagree: ["Не так", "Disagree"],

  who: ["Кто возьмёт?", "Who takes it?"],
  unsigned: ["ждёт подписи", "to be signed"],
  again: ["подпись заново", "to be signed again"],
  noDecisions: ["Решений пока нет", "No decisions yet"],
  wording: ["Формулируем на телефонах", "We word them on the phones"],
  dueOn: ["к {0}", "by {0}"],
  parked: ["Отложено: {0}", "Parked: {0}"],
  nobody: ["Никто не взял: {0}", "Taken by nobody: {0}"],

  floor: ["говорит", "is speaking"],
  free: ["Слово свободно", "The floor is open"],
  raise: ["Поднимите руку на телефоне", "Raise your hand on the phone"],
  queue: ["Дальше говорят", "Next to speak"],
  remote: ["удалённо", "remote"],
  moreHands: ["и ещё {0}|и ещё {0}|и ещё {0}", "and {0} more|and {0} more"],
  about: ["О чём говорим", "What we talk about"],

  goOn: ["Продолжим в", "We go on at"],
  quiet: ["Эта часть не для общего экрана", "This part is not for the shared screen"],
  phones: [
    "Кому она нужна, видит её на телефоне. Экран вернётся со следующим шагом.",
    "Whom it concerns sees it on the phone. The screen comes back with the next step.",
  ],
  thanks: ["Спасибо", "Thank you"],
  nDecisions: ["решение|решения|решений", "decision|decisions"],
  nSignatures: ["подпись|подписи|подписей", "signature|signatures"],
  result: [
    "Итог у каждого по той же ссылке. Здесь его открывает код.",
    "Everybody has the result at the same link. The code here opens it.",
  ],
  revoked: [
    "Ссылка этого экрана больше не действует",
    "The link of this screen is no longer valid",
  ],
  revokedDo: [
    "Новую даст ведущий: «Ссылки», «Экран».",
    "The facilitator has a new one: Links, Stage.",
  ],
  noRoom: ["Такой комнаты нет", "There is no such room"],
  noRoomDo: ["Проверьте адрес этого экрана.", "Check the address of this screen."],
  elsewhere: ["Экран открыт в другом окне", "The screen is open in another window"],
  elsewhereDo: ["Здесь его можно закрыть.", "This one may be closed."],
  stoppedDo: ["Обновите страницу, и экран вернётся.", "Reload the page, and the screen is back."],
  sound: ["Звук", "Sound"],
  reactions: ["Отклики", "Reactions"],
} satisfies Record<string, Pair>;

export const reactionNames = {
  applause: ["аплодисменты", "applause"],
  agree: ["согласие", "agreement"],
  think: ["есть над чем подумать", "food for thought"],
} satisfies Record<string, Pair>;

export const voicesGenitive: Record<Voice, Pair> = {
  staff: ["сотрудников", "staff"],
  lead: ["руководителей", "leaders"],
  customer: ["клиентов", "customers"],
  partner: ["партнёров", "partners"],
  expert: ["экспертов", "experts"],
  other: ["других", "others"],
};
