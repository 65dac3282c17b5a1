/** Words of the desk that a code chooses: fates, hints, warnings, formats of files. */
import type { Pair } from "../words";

export const fates = {
  open: ["Открыто", "Open"],
  parked: ["Отложить", "Park"],
  dropped: ["Снять", "Drop"],
  nobody: ["Никто не взял", "Nobody took it"],
} satisfies Record<string, Pair>;

export const hints = {
  time_up: [
    "Время вышло. Можно добавить минуту или идти дальше.",
    "Time is up. Add a minute, or go on.",
  ],
  counted: [
    "Итоги открыты. Новые голоса уже не принять, можно идти дальше.",
    "The result is open. No more votes can come in; go on when you are ready.",
  ],
  stopped: [
    "Приём закрыт. Можно открыть ещё на минуту или идти дальше.",
    "Input is closed. Open it for another minute, or go on.",
  ],
  all_done: ["Все готовы.", "Everybody is done."],
  quiet: ["Полторы минуты никто не пишет.", "Nobody has written for a minute and a half."],
} satisfies Record<string, Pair>;

export const warnings = {
  no_internal: [
    "Внутренних отделов не ждём. Бухгалтерия, логистика, ИТ знают то, чего не видно с передовой.",
    "No internal department is expected. Accounting, logistics, IT know what the front line cannot see.",
  ],
  internal_missing: [
    "Из внутренних отделов пока никого. Ждём: {0}.",
    "No internal department is here yet. Missing: {0}.",
  ],
  no_outside: [
    "Нет голоса снаружи: ни клиента, ни партнёра, ни эксперта.",
    "There is no outside voice: no customer, partner or expert.",
  ],
  only_leaders: [
    "Пока в комнате одни руководители. Позовите тех, кто работает с клиентами.",
    "Only leaders are here so far. Invite those who work with customers.",
  ],
} satisfies Record<string, Pair>;

export const formats = {
  md: ["Текст (Markdown)", "Text (Markdown)"],
  csv: ["Таблица (CSV)", "Table (CSV)"],
  json: ["Данные (JSON)", "Data (JSON)"],
} satisfies Record<string, Pair>;
