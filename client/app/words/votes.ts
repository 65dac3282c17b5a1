/** Words of voting. */
import type { Pair } from "../words";

export const votes = {
  left: [
    "Остался {0} голос из {1}|Осталось {0} голоса из {1}|Осталось {0} голосов из {1}",
    "{0} vote left of {1}|{0} votes left of {1}",
  ],
  allGiven: ["Все голоса отданы", "All votes are given"],
  atMost: [
    "На одно не больше {0} голоса|На одно не больше {0} голосов|На одно не больше {0} голосов",
    "At most {0} vote on one|At most {0} votes on one",
  ],
  secret: ["Счёт увидим, когда голосование закончится", "We see the count when the vote ends"],
  customersMark: ["Так отмечены слова клиентов", "This marks customers' words"],
  fromCustomers: [
    "из них {0} от клиента|из них {0} от клиентов|из них {0} от клиентов",
    "{0} of them from a customer|{0} of them from customers",
  ],
  give: ["Отдать голос", "Give a vote"],
  take: ["Убрать голос", "Take a vote back"],
  given: ["Ваш {0} голос|Ваши {0} голоса|Ваши {0} голосов", "Your {0} vote|Your {0} votes"],
  ready: ["Готово", "Done"],
  paused: ["Пауза. Часы стоят, а голосовать можно", "A pause. The clock stands, you may vote"],
  others: [
    "Сейчас голосуют другие. Счёт увидите вместе со всеми",
    "Others vote now. You will see the count with everybody",
  ],
  nothing: ["Голосовать пока не за что", "There is nothing to vote on yet"],
  nobody: ["Никто не проголосовал", "Nobody voted"],
  closed: ["Голосование закончено", "The vote is over"],
  result: ["Что получилось", "The result"],
  statement: ["Утверждение", "Statement"],
  noName: ["без имени", "no name"],
  prev: ["Вернуть прошлое", "Previous"],
  pass: ["Пропустить", "Pass"],
  place: ["{0} из {1}", "{0} of {1}"],
  allAnswered: ["Вы ответили на всё", "You have answered all"],
  allAnsweredLead: [
    "Коснитесь утверждения, если хотите изменить ответ. Это можно, пока шаг открыт.",
    "Tap a statement to change your answer, as long as the step is open.",
  ],
  agree: ["Так", "Agree"],
  disagree: ["Не так", "Disagree"],
  passed: ["Пропуск", "Pass"],
  passedMany: ["Пропустили", "Passed"],
  gap: [
    "Разрыв в {0} пункт|Разрыв в {0} пункта|Разрыв в {0} пунктов",
    "A gap of {0} point|A gap of {0} points",
  ],
  points: ["{0} пункт|{0} пункта|{0} пунктов", "{0} point|{0} points"],
  gapDots: [
    "«{0}»: {1} отдали {2} % своих голосов, {3} {4} %.",
    "“{0}”: {1} gave {2} % of their votes, {3} {4} %.",
  ],
  gapOpinions: ["«{0}». Согласны: {1} {2} %, {3} {4} %.", "“{0}”. Agreed: {1} {2} %, {3} {4} %."],
  share: ["доля голосов каждой стороны", "share of each side's votes"],
  shareOpinions: ["доля согласных с каждой стороны", "share of each side that agrees"],
  and: ["{0} и {1}", "{0} and {1}"],
  percent: ["{0} %", "{0} %"],
} satisfies Record<string, Pair>;
