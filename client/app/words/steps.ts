/** Words of the steps' screens that are there from the beginning: writing, reading, waiting. */
import type { Pair } from "../words";

export const steps = {
  // whoever can give nothing now
  watchOnly: ["На этом шаге вы смотрите и слушаете", "In this step you watch and listen"],
  inputEnded: ["Приём закончен. Дальше скажет ведущий", "This is over. The facilitator goes on"],
  timeUpWait: [
    "Время вышло. Ведущий скажет, что дальше",
    "Time is up. The facilitator says what comes next",
  ],
  pausedGoOn: ["Пауза. Часы стоят, а писать можно", "A pause. The clock stands, you may go on"],
  // writing
  myIdeas: ["Мои идеи", "My ideas"],
  composer: ["Новая идея", "New idea"],
  send: ["Отправить", "Send"],
  edit: ["Изменить", "Edit"],
  withdraw: ["Забрать", "Withdraw"],
  named: ["Под вашим именем", "With your name"],
  hiddenNote: [
    "До показа их не видит никто, и ведущий тоже",
    "Nobody sees them until the reveal, the facilitator neither",
  ],
  openNote: ["Их сразу видит комната", "The room sees them at once"],
  anonymous: ["Без имени", "No name"],
  anonymousNote: [
    "Этот шаг без имени: автора не узнает никто, и после тоже.",
    "This step has no names: nobody learns who wrote what, not later either.",
  ],
  nothingToAdd: ["Мне нечего добавить", "I have nothing to add"],
  noIdeas: [
    "Пока пусто. Начните с последнего случая, который помните.",
    "Nothing yet. Begin with the last case that you remember.",
  ],
  noneWritten: ["На этом шаге вы ничего не написали.", "You wrote nothing in this step."],
  takenBack: ["Забрали", "Withdrawn"],
  putBack: ["Вернуть", "Put it back"],
  few: [
    "Вас меньше четырёх, и по смыслу автора могут угадать. Писать необязательно.",
    "There are fewer than four of you, and people may guess who wrote what. You need not write.",
  ],
  fewSkip: ["Пропустить этот шаг", "Skip this step"],
  fewSkipped: ["Вы пропускаете этот шаг", "You skip this step"],
  tooLong: [
    "В одну карточку не поместится. Текст цел: сократите его или разделите на несколько мыслей.",
    "Too long for one card. Your text is safe: make it shorter, or split it into several thoughts.",
  ],
  lettersLeft: [
    "Осталась {0} буква|Осталось {0} буквы|Осталось {0} букв",
    "{0} letter left|{0} letters left",
  ],
  written: [
    "Написана {0} карточка|Написаны {0} карточки|Написано {0} карточек",
    "{0} card written|{0} cards written",
  ],
  nobodyWrote: ["Карточек пока нет", "No cards yet"],
  // reading
  noCards: ["Карточки откроет ведущий", "The facilitator will reveal the cards"],
  yourCard: ["ваша", "yours"],
  customersWords: ["Слова клиентов", "Customers' words"],
  inLane: ["«{0}»", "“{0}”"],
  haveRead: ["Прочитано", "I have read it"],
  tapToHelp: ["коснитесь, чтобы помочь", "tap to help"],
  card: ["Карточка", "Card"],
  helpWith: ["Чем поможет ваш отдел", "What your department would do"],
  helpHint: ["Одной строкой", "In one line"],
  helpSend: ["Предложить помощь", "Offer help"],
  helpBack: ["Забрать помощь", "Take my offer back"],
  helpers: ["Помогут: {0}", "Would help: {0}"],
  spotlight: ["Ведущий показывает", "The moderator points at"],
  laneByLane: [
    "Ведущий откроет карточки колонка за колонкой",
    "The facilitator will reveal the cards lane by lane",
  ],
  // talking
  about: ["О чём говорим", "What we talk about"],
  raise: ["Поднять руку", "Raise my hand"],
  lower: ["Опустить руку", "Lower my hand"],
  passOn: ["Передать слово", "Pass the floor on"],
  yourTurn: ["Вам слово", "You have the floor"],
  speaks: ["Говорит {0}", "{0} speaks"],
  queue: ["В очереди", "In the queue"],
  queueEmpty: ["Никто ещё не поднял руку", "Nobody has raised a hand yet"],
  yourPlace: ["Ваше место в очереди: {0}", "Your place in the queue: {0}"],
  remote: ["удалённо", "remote"],
  you: ["вы", "you"],
  // briefing, break and close
  listen: ["Слушаем ведущего", "Listen to the facilitator"],
  breakTitle: ["Перерыв", "Break"],
  closeTitle: ["Что решили", "What we decided"],
  goal: ["Цель", "Goal"],
  untilModerator: ["Вернёмся по слову ведущего", "We go on when the facilitator says so"],
} satisfies Record<string, Pair>;
