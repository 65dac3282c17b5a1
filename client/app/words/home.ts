/** Words of the home page. */
import type { Pair } from "../words";

export const home = {
  title: ["Новая сессия", "New session"],
  lead: [
    "Люди войдут с телефонов по ссылке или коду, без регистрации.",
    "People join from their phones by a link or a code, without an account.",
  ],
  key: ["Ключ организатора", "Organiser's key"],
  template: ["Шаблон", "Template"],
  name: ["Название", "Title"],
  goal: ["Цель", "Goal"],
  departments: ["Отделы, по одному в строке", "Departments, one a line"],
  departmentsHint: [
    "Звёздочка в конце: отдел не встречается с клиентами",
    "A star at the end: the department never meets customers",
  ],
  language: ["Язык комнаты", "Language of the room"],
  create: ["Создать комнату", "Create the room"],
  creating: ["Создаём", "Creating"],
  created: ["Комната {0} готова", "Room {0} is ready"],
  createdLead: [
    "Каждая ссылка и есть ключ. Сохраните их: ссылка ведущего больше нигде не показана.",
    "Every link is a key. Keep them: the facilitator's link is shown nowhere else.",
  ],
  open: ["Открыть", "Open"],
  copy: ["Скопировать", "Copy"],
  copied: ["Скопировано", "Copied"],
  failed: [
    "Не получилось. Проверьте связь и попробуйте снова.",
    "That failed. Check the network and try again.",
  ],
} satisfies Record<string, Pair>;
