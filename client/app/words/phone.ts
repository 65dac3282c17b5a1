/** Words of the phone. */
import type { Pair } from "../words";

export const phone = {
  // join
  hello: ["Как к вам обращаться", "What shall we call you"],
  nameNeeded: ["Напишите имя, чтобы вас узнали", "Write a name, so that people know you"],
  nameLong: ["Длиннее 80 знаков. Сократите на {0}.", "More than 80 characters. Shorten it by {0}."],
  whoAreYou: ["Кто вы здесь", "Who are you here"],
  roleNeeded: ["Выберите, кто вы здесь", "Choose who you are here"],
  department: ["Отдел", "Department"],
  otherDepartment: ["Другой", "Other"],
  departmentName: ["Название отдела", "Name of the department"],
  where: ["Где вы", "Where are you"],
  onsite: ["Я в зале", "In the room"],
  remote: ["Удалённо", "Remote"],
  join: ["Войти", "Join"],
  joining: ["Входим", "Joining"],
  asRole: ["Вы входите как {0}", "You join as {0}"],
  // lobby
  seatTaken: ["{0}, место ваше", "{0}, your seat is ready"],
  atTable: [
    "За столом {0} человек|За столом {0} человека|За столом {0} человек",
    "{0} person at the table|{0} people at the table",
  ],
  goal: ["Цель.", "Goal."],
  nothingToDo: ["Ничего делать не нужно", "There is nothing to do"],
  you: ["вы", "you"],
  // shell
  done: ["Я всё", "I am done"],
  parkTitle: ["Отложить мысль на потом", "Keep a thought for later"],
  parkLead: [
    "Она попадёт на стоянку, её увидит комната.",
    "It goes to the parking lot, which the room can see.",
  ],
  parkSend: ["Отложить", "Park it"],
  parkSent: ["Отложено на потом", "Kept for later"],
  leftover: ["Осталась неотправленная мысль", "An unsent thought is left"],
  leftoverSend: ["Отправить как позднюю", "Send as late"],
  leftoverKeep: ["Пусть полежит у меня", "Keep it with me"],
  sentLate: [
    "Поздняя. Покажем её ведущему, он решит, принять ли.",
    "Late. The facilitator will see it and decide whether to take it.",
  ],
  returned: ["Не принято", "Not accepted"],
  again: ["Отправить снова", "Send again"],
  copy: ["Скопировать", "Copy"],
  copied: ["Скопировано", "Copied"],
  // ideate
  oneThought: ["Одна мысль", "One thought"],
  whereTo: ["Куда", "Where to"],
  // break and close
  breakUntil: ["Вернёмся в {0}", "We go on at {0}"],
  thanks: ["Спасибо", "Thank you"],
  // talk and decisions
} satisfies Record<string, Pair>;
