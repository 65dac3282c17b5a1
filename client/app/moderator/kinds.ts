/** Steps that a moderator can put in on the spot, each with defaults that work as they stand. */
import { type commands, ROLE } from "../wire";
import type { Pair } from "../words";

type Plan = Parameters<typeof commands.insertStep>[1];
type Settings = Plan[9];

export interface KindPlan {
  readonly kind: string;
  readonly name: Pair;
  /** What it is good for, in half a line. */
  readonly good: Pair;
  readonly prompt: Pair;
  readonly minutes: number;
  readonly policy: Plan[4];
  readonly settings: Settings;
  /** Who acts, where it is not everybody. */
  readonly who?: number;
}

const STAFF = ROLE.interviewer | ROLE.member | ROLE.lead;
const GUESTS = ROLE.customer | ROLE.partner | ROLE.expert;
const OWNERS = ROLE.member | ROLE.lead | ROLE.partner;
const WATCHING = ROLE.observer | ROLE.stage;

export const KIND_PLANS: readonly KindPlan[] = [
  {
    kind: "ideate",
    name: ["Ещё идеи", "More ideas"],
    good: ["Все пишут молча и сразу", "Everybody writes, silently and at once"],
    prompt: [
      "Что ещё важно? По одной мысли на карточку. До показа ваши карточки видите только вы.",
      "What else matters? One thought a card. Until the reveal only you see your cards.",
    ],
    minutes: 5,
    policy: "grace",
    settings: { lanes: [["Идеи", "Ideas"]], hidden: true },
  },
  {
    kind: "reveal",
    name: ["Читаем вместе", "Reading together"],
    good: ["Карточки открываются на экране", "Cards open on the stage"],
    prompt: [
      "Карточки открыты. Читаем молча. Что удивило?",
      "The cards are open. Let us read in silence. What surprises you?",
    ],
    minutes: 4,
    policy: "grace",
    settings: {},
  },
  {
    kind: "group",
    name: ["Собираем темы", "Finding themes"],
    good: ["Похожее складываем вместе", "What is alike goes together"],
    prompt: [
      "Соединяем похожее и даём теме короткое имя. Любое объединение можно отменить.",
      "We put together what is alike and give it a short name. Every merge can be undone.",
    ],
    minutes: 5,
    policy: "grace",
    settings: { max_groups: 12 },
  },
  {
    kind: "vote",
    name: ["Выбираем главное", "Choosing what matters"],
    good: ["По три голоса, счёт тайный", "Three votes each, counted in secret"],
    prompt: [
      "У каждого три голоса, на одну тему не больше двух. Итоги откроются у всех сразу.",
      "Three votes each, two at most on one theme. The result opens for everybody at once.",
    ],
    minutes: 3,
    policy: "grace",
    settings: { style: "dots", budget: 3, max_per_item: 2, secret_until_close: true },
  },
  {
    kind: "discuss",
    name: ["Разговор", "A talk"],
    good: ["Очередь рук, говорит один", "A queue of hands, one speaks"],
    prompt: [
      "Говорим по минуте. Поднимите руку на телефоне. Побочное уходит на стоянку.",
      "A minute each. Raise your hand on the phone. Side topics go to the parking lot.",
    ],
    minutes: 5,
    policy: "grace",
    settings: {},
  },
  {
    kind: "draft",
    name: ["Проекты решений", "Draft decisions"],
    good: ["Записываем решения и сроки", "Decisions and dates are written down"],
    prompt: [
      "Запишем решения так, чтобы понял посторонний: что делаем, что получит клиент, к какому дню.",
      "We write decisions so that a stranger understands them: what we do, what the customer gets, by which day.",
    ],
    minutes: 6,
    policy: "grace",
    settings: { max_decisions: 5, due_within_days: 90 },
    who: OWNERS,
  },
  {
    kind: "claim",
    name: ["Беру на себя", "I take it"],
    good: ["Владельцы берут и подписывают", "Owners take and sign"],
    prompt: [
      "Нажмите «Беру на себя», только если ответите за результат целиком. Остальные могут предложить помощь.",
      "Press “I take it” only if you will answer for the whole result. Everybody else can offer help.",
    ],
    minutes: 6,
    policy: "grace",
    settings: {},
    who: OWNERS,
  },
  {
    kind: "brief",
    name: ["Вводное слово", "Briefing"],
    good: ["Вы говорите, телефоны ждут", "You speak, phones wait"],
    prompt: ["Слушаем, телефоны пока не нужны.", "Let us listen, no phones for now."],
    minutes: 3,
    policy: "grace",
    settings: {},
  },
  {
    kind: "break",
    name: ["Перерыв", "Break"],
    good: ["На экране время, когда продолжим", "The stage shows when we go on"],
    prompt: [
      "Встаём, пьём воду, возвращаемся вовремя.",
      "Stand up, have some water, be back in time.",
    ],
    minutes: 10,
    policy: "grace",
    settings: {},
  },
];

export interface Wanted {
  /** Words in the present language where they were typed, else the defaults in both. */
  readonly name: Pair;
  readonly prompt: Pair;
  readonly minutes: number;
  /** Only staff see it and act in it, neither customers nor partners nor experts. */
  readonly internal: boolean;
  readonly anonymous: boolean;
}

/** What the server takes for a step of this kind. */
export function planOf(kind: KindPlan, wanted: Wanted): Plan {
  const everybody = STAFF | GUESTS;
  const circle = wanted.internal ? STAFF : everybody;
  const who = (kind.who ?? everybody) & circle;
  return [
    kind.kind,
    wanted.name,
    wanted.prompt,
    wanted.minutes * 60_000,
    kind.policy,
    who,
    circle | WATCHING,
    who,
    wanted.anonymous,
    kind.settings,
  ];
}

/** Only what stays hidden until it ends can be anonymous. */
export const canBeAnonymous = (kind: KindPlan): boolean =>
  kind.kind === "ideate" || kind.kind === "vote";
