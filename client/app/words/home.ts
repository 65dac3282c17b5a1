/** Words of the home page. */
import type { Pair } from "../words";

type Texts = Record<string, Pair>;

export const home = {
  new: ["Новая сессия", "New session"],
  template: ["Шаблон", "Template"],
  templateFor: ["{0}–{1} человек, лучше {2}", "{0}–{1} people, best {2}"],
  plan: ["План по минутам: {0}", "Plan in minutes: {0}"],
  min: ["мин", "min"],
  goal: ["Цель одной фразой", "Goal in one sentence"],
  goalHint: [
    "Что изменится для клиента и к какому дню",
    "What will change for the customer, and by which day",
  ],
  noGoal: [
    "Напишите цель: её прочтут все, и потом её уже не поменять.",
    "Write the goal: everybody will read it, and it cannot be changed later.",
  ],
  name: ["Название", "Title"],
  day: ["День", "Day"],
  time: ["Время", "Time"],
  noTime: ["Укажите и время, или сотрите день.", "Give a time as well, or clear the day."],
  language: ["Язык комнаты", "Language of the room"],
  names: ["Имена", "Names"],
  named: ["С именами", "With names"],
  nameless: ["Без имён, где можно", "Without names where possible"],
  namedLead: [
    "Под карточками стоят имена, кроме шагов без имён: {0}.",
    "Names stand under the cards, except in steps without names: {0}.",
  ],
  quoted: ["«{0}»", "“{0}”"],
  namedAll: ["Под карточками стоят имена.", "Names stand under the cards."],
  namelessLead: [
    "Авторов не узнает никто, даже ведущий: {0}. Решения всё равно подписывают именем.",
    "Nobody can tell the authors, the facilitator neither: {0}. Decisions are still signed by name.",
  ],
  departments: ["Отделы", "Departments"],
  departmentsLead: [
    "Люди выберут свой отдел при входе, а вы увидите, кого ещё нет.",
    "People choose theirs on joining, and you see who is still missing.",
  ],
  addDepartment: ["Название отдела", "Name of a department"],
  add: ["Добавить", "Add"],
  internal: ["внутренний", "internal"],
  facing: ["встречает клиентов", "meets customers"],
  turn: ["{0}: {1}. Изменить", "{0}: {1}. Change"],
  removeOne: ["Убрать отдел {0}", "Remove {0}"],
  usual: ["Частые отделы", "Usual departments"],
  noInternal: [
    "Нет ни одного внутреннего отдела. Бухгалтерия, юристы или логистика видят то, чего не видно у стойки: позовите хотя бы один.",
    "No internal department is invited. Accounting, legal or logistics see what the counter does not: invite at least one.",
  ],
  links: ["Кто войдёт", "Who joins"],
  linksLead: [
    "Для каждой роли будет своя ссылка. Ссылки ведущего и экрана будут всегда.",
    "Each role gets a link of its own. There is always one for the facilitator and one for the stage.",
  ],
  noRoles: ["Выберите хотя бы одну роль.", "Choose at least one role."],
  together: [
    "Одна ссылка для всех, роль выбирают при входе",
    "One link for all, the role is chosen on joining",
  ],
  noOutside: [
    "Нет голоса снаружи. Один клиент меняет разговор сильнее, чем десять отчётов о нём.",
    "There is no voice from outside. One customer changes a talk more than ten reports.",
  ],
  key: ["Ключ организатора", "Organiser's key"],
  keyLead: [
    "Сервер показал его при первом запуске. Он лежит в файле operator.key в папке данных.",
    "The server showed it on its first start. It is in operator.key in the data folder.",
  ],
  keyKept: ["Ключ запомнен на этом устройстве.", "The key is remembered on this device."],
  keyKeep: ["Запомнить на этом устройстве", "Remember on this device"],
  keyForget: ["Забыть ключ", "Forget the key"],
  noKey: [
    "Без ключа комнату не создать. Спросите его у того, кто запускал сервер.",
    "A room cannot be made without the key. Ask whoever started the server.",
  ],
  create: ["Создать комнату", "Create the room"],
  creating: ["Создаём", "Creating"],
  noTemplates: ["Шаблоны не загрузились. {0}", "The templates did not load. {0}"],
  again: ["Попробовать снова", "Try again"],
  // after creating
  ready: ["Комната {0} готова", "Room {0} is ready"],
  readyLead: [
    "Каждая ссылка и есть ключ: кто её открыл, тот вошёл. Ссылку ведущего никому не давайте.",
    "Every link is a key: whoever opens it is in. Keep the facilitator's link to yourself.",
  ],
  first: ["Откройте пульт", "Open the desk"],
  firstLead: [
    "С него вы ведёте сессию. Пройдите план и прочтите слова для каждого шага.",
    "You run the session from it. Walk through the plan and read the words for each step.",
  ],
  second: ["Поставьте экран в зале", "Set up the stage"],
  secondLead: [
    "Откройте ссылку экрана на большом мониторе. На нём код, по которому входят с телефонов.",
    "Open the stage's link on a large display. It shows the code by which phones join.",
  ],
  third: ["Разошлите ссылки", "Send the links"],
  thirdLead: [
    "Каждой роли своя. Кто сидит в зале, войдёт по коду с экрана.",
    "Each role has its own. Who sits in the room joins by the code on the stage.",
  ],
  linksOf: ["Ссылки", "Links"],
  noLinks: ["Ссылки не загрузились. {0}", "The links did not load. {0}"],
  open: ["Открыть", "Open"],
  openDesk: ["Открыть пульт", "Open the desk"],
  openStage: ["Открыть экран", "Open the stage"],
  copy: ["Скопировать", "Copy"],
  copyAll: ["Скопировать все приглашения", "Copy all invitations"],
  copied: ["Скопировано", "Copied"],
  selected: ["Выделено, скопируйте", "Selected, copy it"],
  code: ["Код", "Code"],
  codeOf: ["Код для телефона: {0}", "Code for phones: {0}"],
  back: ["Все комнаты", "All rooms"],
  // my rooms
  mine: ["Мои комнаты", "My rooms"],
  none: [
    "Здесь появятся комнаты, которые вы ведёте с этого устройства.",
    "The rooms that you run from this device will stand here.",
  ],
  demo: [
    "Хотите сначала посмотреть? Любая из этих команд наполнит комнату людьми из программы:",
    "Want to look first? Either of these commands fills a room with simulated people:",
  ],
  people: ["{0} человек|{0} человека|{0} человек", "{0} person|{0} people"],
  lobby: ["ещё не началась", "not begun yet"],
  going: ["идёт сейчас", "going on now"],
  over: ["закончилась", "over"],
  signedOf: ["{0} из {1} подписано", "{0} of {1} signed"],
  today: ["сегодня, {0}", "today, {0}"],
  onDay: ["{0}, {1}", "{0}, {1}"],
  prepare: ["Готовить", "Prepare"],
  run: ["Вести", "Run"],
  result: ["Итог", "Result"],
  forget: ["Убрать из списка: {0}", "Take off the list: {0}"],
  forgotten: ["Убрано из списка: {0}", "Taken off the list: {0}"],
  undo: ["Вернуть", "Put back"],
  // the door
  door: ["Войти по коду", "Join by code"],
  doorHint: ["Код с экрана", "Code on the stage"],
  enter: ["Войти", "Join"],
  entering: ["Входим", "Joining"],
  noCode: ["Введите код: шесть букв и цифр с экрана.", "Enter the code: six letters and digits."],
  noRoom: [
    "Комнаты с таким кодом нет. Сверьте код с экраном.",
    "There is no room with this code. Compare it with the stage.",
  ],
  failed: [
    "Сервер не ответил. Проверьте связь и попробуйте снова.",
    "The server did not answer. Check the network and try again.",
  ],
} satisfies Texts;

/** Departments that many companies have, and whether they are internal. */
export const usualDepartments: readonly (readonly [name: Pair, internal: boolean])[] = [
  [["Продажи", "Sales"], false],
  [["Поддержка", "Support"], false],
  [["Маркетинг", "Marketing"], false],
  [["Бухгалтерия", "Accounting"], true],
  [["Юристы", "Legal"], true],
  [["Логистика", "Logistics"], true],
  [["Производство", "Production"], true],
  [["ИТ", "IT"], true],
  [["Кадры", "People"], true],
];

/** Roles as they are invited, in the order in which they are offered. */
export const invited: Record<string, Pair> = {
  member: ["Сотрудники", "Staff"],
  lead: ["Руководители", "Leaders"],
  customer: ["Клиенты", "Customers"],
  partner: ["Партнёры", "Partners"],
  expert: ["Эксперты", "Experts"],
  observer: ["Наблюдатели", "Observers"],
  cofacilitator: ["Второй ведущий", "Co-facilitator"],
};
