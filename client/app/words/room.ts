/** Words around the steps on the phone: before them, and beside the clock. */
import type { Pair } from "../words";

export const around = {
  // when it is
  today: ["Начнём сегодня в {0}.", "We start today at {0}."],
  onDay: ["Начнём {0} в {1}.", "We start on {0} at {1}."],
  todayAt: ["начнём сегодня в", "we start today at"],
  dayAt: ["начнём {0} в", "we start on {0} at"],
  underWay: ["Уже идёт, закончим в {0}.", "It is under way, we end at {0}."],
  // lobby
  startsIn: ["начнём через", "we start in"],
  startsNow: ["вот-вот начнём", "about to start"],
  gathering: ["собираемся", "gathering"],
  expected: ["Приглашены: {0}.", "Expected: {0}."],
  perShape: [
    "Одна фигура: {0} человек|Одна фигура: {0} человека|Одна фигура: {0} человек",
    "One shape: {0} person|One shape: {0} people",
  ],
  yourSeat: ["Ваше место отмечено", "Your seat is marked"],
  endsAt: ["{0}, закончим в {1}.", "{0}, we end at {1}."],
  lasts: ["Займёт {0}.", "It takes {0}."],
  breakAt: ["Перерыв в {0}.", "Break at {0}."],
  first: ["Сначала: «{0}».", "First: “{0}”."],
  hours: ["{0} час|{0} часа|{0} часов", "{0} hour|{0} hours"],
  // beside the clock
  restForYou: ["Перерыв для вас", "A break for you"],
  facilitator: ["Ведущий", "The facilitator"],
  more: ["{0}: +{1} мин", "{0}: +{1} min"],
  less: ["{0}: −{1} мин", "{0}: −{1} min"],
  paused: ["{0}: пауза", "{0}: paused"],
  resumed: ["{0}: продолжаем", "{0}: we go on"],
  stopped: ["{0}: приём закончен", "{0}: input is closed"],
  movedBack: ["{0}: вернулись на шаг", "{0}: one step back"],
  endLater: ["{0}: закончим на {1} мин позже", "{0}: we end {1} min later"],
  endEarlier: ["{0}: закончим на {1} мин раньше", "{0}: we end {1} min earlier"],
  hostsAway: [
    "Ведущий переподключается, время идёт",
    "The facilitator is reconnecting, time goes on",
  ],
  reminded: [
    "Ведущий ждёт слова от вашего отдела. Хватит и одной мысли.",
    "The facilitator waits for a word from your department. One thought is enough.",
  ],
  stay: [
    "Вы остались в комнате. Чтобы выйти, нажмите «назад» ещё раз.",
    "You are still in the room. To leave, go back once more.",
  ],
  // reactions
  reactions: ["Отклик", "Reactions"],
  applause: ["Аплодисменты", "Applause"],
  agree: ["Поддерживаю", "I agree"],
  think: ["Надо подумать", "This needs thought"],
} satisfies Record<string, Pair>;
