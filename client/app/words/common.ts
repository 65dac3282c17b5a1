/** Words that more than one screen uses. */
import type { Voice } from "../icons";
import type { Pair } from "../words";

type Texts = Record<string, Pair>;

export const voiceNames: Record<Voice, Pair> = {
  staff: ["сотрудник", "staff"],
  lead: ["руководитель", "leader"],
  customer: ["клиент", "customer"],
  partner: ["партнёр", "partner"],
  expert: ["эксперт", "expert"],
  other: ["без имени", "no name"],
};

export const voicesMany: Record<Voice, Pair> = {
  staff: ["сотрудники", "staff"],
  lead: ["руководители", "leaders"],
  customer: ["клиенты", "customers"],
  partner: ["партнёры", "partners"],
  expert: ["эксперты", "experts"],
  other: ["другие", "others"],
};

export const roleNames: Record<number, Pair> = {
  1: ["Ведущий", "Facilitator"],
  2: ["Второй ведущий", "Co-facilitator"],
  4: ["Интервьюер", "Interviewer"],
  8: ["Участник", "Participant"],
  16: ["Руководитель", "Leader"],
  32: ["Клиент", "Customer"],
  64: ["Партнёр", "Partner"],
  128: ["Эксперт", "Expert"],
  256: ["Наблюдатель", "Observer"],
  512: ["Экран", "Stage"],
};

export const kindNames: Record<string, Pair> = {
  "": ["", ""],
  brief: ["вводное слово", "briefing"],
  ideate: ["молчаливые идеи", "silent ideas"],
  reveal: ["читаем вместе", "reading together"],
  group: ["собираем темы", "grouping"],
  vote: ["голосование", "voting"],
  draft: ["проекты решений", "drafting decisions"],
  claim: ["беру на себя", "taking decisions"],
  discuss: ["обсуждение", "discussion"],
  break: ["перерыв", "break"],
  close: ["завершение", "closing"],
};

export const common = {
  online: ["Связь есть", "Connected"],
  connecting: ["Подключаемся", "Connecting"],
  offlineSince: ["Нет связи с {0}", "No connection since {0}"],
  textSafe: ["Ваш текст в безопасности, пробуем снова", "Your text is safe, trying again"],
  textSending: ["Ваш текст в безопасности, отправляем…", "Your text is safe, sending…"],
  allSending: ["Всё сохранено у вас, отправляем…", "All is safe with you, sending…"],
  now: ["Сейчас", "Now"],
  back: ["Снова на связи, всё сохранено", "Back, all is saved"],
  sending: ["Отправляем…", "Sending…"],
  sent: ["Отправлено", "Sent"],
  paused: ["Пауза", "Paused"],
  timeUp: ["Время вышло", "Time is up"],
  lastMinute: ["Меньше минуты", "Less than a minute"],
  lastSeconds: ["Последние секунды", "Last seconds"],
  left: ["Осталось {0}", "{0} left"],
  room: ["Комната", "Room"],
  language: ["Язык", "Language"],
  clock: ["Часы шага", "Step clock"],
  cards: ["{0} карточка|{0} карточки|{0} карточек", "{0} card|{0} cards"],
  votes: ["{0} голос|{0} голоса|{0} голосов", "{0} vote|{0} votes"],
  minutes: ["{0} минута|{0} минуты|{0} минут", "{0} minute|{0} minutes"],
  noName: ["Тема без названия", "Unnamed group"],
  erased: ["Удалено", "Removed"],
  cancel: ["Отмена", "Cancel"],
  save: ["Сохранить", "Save"],
  remove: ["Удалить", "Remove"],
  close: ["Закрыть", "Close"],
  reload: ["Обновить страницу", "Reload the page"],
  edited: ["с правкой ведущего", "edited by the facilitator"],
  agree: ["Так", "Agree"],
  disagree: ["Не так", "Disagree"],
  passed: ["Пропустили", "Passed"],
  measure: ["Измерим", "Measure"],
  result: ["Клиент получит", "Customer gets"],
  assumption: ["Исходим из", "We assume"],
  due: ["Срок", "Due"],
  helpers: ["Помогут", "Helpers"],
  what: ["Что делаем", "What we do"],
  version: ["редакция {0}", "version {0}"],
  decision: ["Решение {0}", "Decision {0}"],
  openOwner: ["Владельца пока нет", "No owner yet"],
  unsigned: ["взято, ещё не подписано", "taken, not signed yet"],
  givenBack: ["Вернули", "Given back"],
  signAgain: ["текст изменился, нужна новая подпись", "wording changed, sign again"],
  signedAt: ["подписано в {0}", "signed at {0}"],
  parked: ["отложено", "parked"],
  dropped: ["снято", "dropped"],
  awaiting: ["ждёт подписи", "awaiting a signature"],
  nobody: ["никто не взял", "nobody took it"],
  autograph: ["Росчерк: {0}", "Signature mark: {0}"],
} satisfies Texts;
