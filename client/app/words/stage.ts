/** Words of the stage. */
import type { Pair } from "../words";

export const stage = {
  waitingFor: ["ждём", "expected"],
  typing: ["пишет ещё {0}|пишут ещё {0}|пишут ещё {0}", "{0} still writing|{0} still writing"],
  written: ["карточка|карточки|карточек", "card|cards"],
  voted: [
    "человек проголосовал|человека проголосовали|человек проголосовали",
    "person has voted|people have voted",
  ],
  next: ["Дальше, {0} мин", "Next, {0} min"],
  signedOf: ["Подписано {0} из {1}", "{0} of {1} signed"],
  join: ["Входите с телефона", "Join with your phone"],
  paused: ["пауза", "paused"],
  ends: ["закончим в {0}", "we finish at {0}"],
  quiet: ["Этот разговор не для экрана", "This part is not for the screen"],
  thanks: ["Спасибо", "Thank you"],
  lost: ["Восстанавливаем связь", "Reconnecting"],
} satisfies Record<string, Pair>;
