/** What the samples say. Real sentences, some of them long, one in each language. */
import type { Pair } from "../words";

export const TITLE: Pair = ["Клиент получает ответ за один день", "An answer within a day"];
export const GOAL: Pair = [
  "К новому году каждый клиент получает ответ по существу за один рабочий день, и никто не рассказывает одно и то же дважды.",
  "By New Year every customer has a real answer within one working day, and nobody tells the same story twice.",
];
export const PROMPT: Pair = [
  "Что сегодня помогает клиенту получить обещанное, а что мешает? По одной мысли на карточку.",
  "What helps our customer today to get what was promised, and what stands in the way? One thought a card.",
];
export const SHORT: Pair = ["Да", "Yes"];
export const LONG: Pair = [
  "Когда клиент спрашивает, где его заказ, продавец звонит на склад, склад пишет перевозчику, перевозчик отвечает вечером, а утром продавец перезванивает клиенту, который уже узнал всё сам",
  "When a customer asks where the order is, sales calls the warehouse, the warehouse writes to the carrier, the carrier answers in the evening, and next morning sales calls the customer, who knows already",
];
export const IDEAS: readonly Pair[] = [
  ["Мастер звонит за полчаса до приезда", "The fitter calls half an hour before coming"],
  ["Счёт приходит в день отгрузки", "The invoice arrives on the day of delivery"],
  ["Сказали «ждите», и больше никто не позвонил", "They said “please wait”, and nobody called"],
  LONG,
  ["Письма пишем без канцелярита", "Our letters are in plain words"],
  ["На почту отвечаем через три дня", "Mail is answered after three days"],
  ["Никто не знает, кто обещал этот срок", "Nobody knows who promised this date"],
  SHORT,
];
export const THEMES: readonly Pair[] = [
  ["Связь с клиентом", "Being reachable"],
  ["Сроки", "Dates"],
  [
    "Разговор между отделами, о котором клиент не знает",
    "What departments tell each other and not the customer",
  ],
];
export const DEEDS: readonly (readonly [what: Pair, result: Pair, measure: Pair])[] = [
  [
    [
      "Отвечаем на каждое письмо в тот же рабочий день",
      "We answer every letter on the same working day",
    ],
    [
      "Клиент знает, кто и когда займётся его вопросом",
      "The customer knows who will see to it, and when",
    ],
    ["Доля писем с ответом за день: 95 %", "Letters answered within a day: 95 %"],
  ],
  [
    [
      "Звоним клиенту раньше, чем он узнает о переносе сам",
      "We call the customer before the delay is noticed",
    ],
    [
      "О новой дате говорит живой человек и предлагает выбор",
      "A person tells the new date and offers a choice",
    ],
    ["Переносы без звонка: ни одного за месяц", "Delays without a call: none in a month"],
  ],
  [
    [
      "Один человек ведёт заказ от первого звонка до последней подписи и отвечает клиенту сам, даже если ответ лежит в другом отделе",
      "One person leads an order from the first call to the last signature and answers the customer in person, even where the answer lies elsewhere",
    ],
    ["Клиент знает одно имя и один номер", "The customer knows one name and one number"],
    [
      "Повторных объяснений: не больше одного на десять заказов",
      "Explained again: at most once in ten orders",
    ],
  ],
  [
    ["Выставляем счёт в день отгрузки", "We send the invoice on the day of delivery"],
    ["Счёт совпадает с тем, что привезли", "The invoice names what was delivered"],
    ["Счета день в день: 98 %", "Invoices on the same day: 98 %"],
  ],
];
export const HELPS: readonly Pair[] = [
  ["Дам цифры за прошлый год", "I have last year's figures"],
  ["Возьму разговор с клиентами", "I will talk to customers"],
];
export const NAMES: readonly Pair[] = [
  ["Анна Крылова", "Alice Crane"],
  ["Борис Левин", "Ben Lowry"],
  ["Мария Константинопольская-Задунайская", "Maria Featherstonehaugh-Cholmondeley"],
  ["Тимур Алиев", "Liam Ali"],
  ["Яна", "Jo"],
];
export const DEPARTMENTS: readonly Pair[] = [
  ["Продажи", "Sales"],
  ["Поддержка", "Support"],
  ["Сервис и монтаж", "Service and fitting"],
  [
    "Управление по работе с обращениями физических лиц",
    "Private customers' requests and complaints",
  ],
];
export const REASON: Pair = [
  "Ухожу в отпуск до марта, начать не успею",
  "I am away until March and could not begin",
];
