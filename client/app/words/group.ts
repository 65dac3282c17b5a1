/** Words of grouping. */
import type { Pair } from "../words";

export const grouping = {
  cards: ["Карточки", "Cards"],
  themes: ["Темы", "Themes"],
  tapToPick: ["коснитесь, чтобы выбрать", "tap to choose"],
  tapToAdd: ["коснитесь, чтобы вложить", "tap to put in"],
  toThemes: ["К темам", "To the themes"],
  picked: ["Выбрано {0}", "{0} chosen"],
  clear: ["Снять выбор", "Clear"],
  merge: ["Соединить", "Put together"],
  intoTheme: ["В тему", "Into a theme"],
  whereTo: [
    "Куда положить {0} карточку|Куда положить {0} карточки|Куда положить {0} карточек",
    "Where to put {0} card|Where to put {0} cards",
  ],
  noMoreThemes: ["Тем больше нельзя, положите в одну из них", "No more themes, use one of these"],
  oneMore: ["Похожа ещё одна", "One more is alike"],
  likeTheme: ["Похоже на тему", "It is like the theme"],
  add: ["Добавить", "Add"],
  putIn: ["Вложить", "Put in"],
  gone: ["теперь в теме «{0}»", "now in “{0}”"],
  made: ["Соединили", "Now together"],
  going: ["Соединяем", "Putting together"],
  nameIt: ["Назвать тему", "Name the theme"],
  nameLabel: ["Название темы", "Name of the theme"],
  name: ["Назвать", "Name it"],
  takeOut: ["Вынуть", "Take out"],
  joinThemes: ["Влить в другую тему", "Put into another theme"],
  undo: ["Отменить", "Undo"],
  allGrouped: ["Все карточки лежат в темах", "All cards are in themes"],
  none: [
    "Карточек пока нет. Ведущий откроет их на этом шаге.",
    "No cards yet. The facilitator reveals them.",
  ],
} satisfies Record<string, Pair>;
