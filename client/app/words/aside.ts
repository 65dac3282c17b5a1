/** Words of the phone for whoever comes late, waits, is not ready yet, or is through. */
import type { Pair } from "../words";

export const aside = {
  // who comes late
  welcome: ["{0}, рады видеть", "Welcome, {0}"],
  here: ["Где мы", "Where we are"],
  hereLead: ["Шаг {0} из {1}: {2}.", "Step {0} of {1}: {2}."],
  elsewhere: ["Шаг {0} из {1}, он без вас.", "Step {0} of {1}, which goes without you."],
  decided: ["Что решено", "What is decided"],
  decidedLead: ["Решений: {0}, с подписью: {1}.", "Decisions: {0}, signed: {1}."],
  themesSoFar: ["Решений пока нет. Тем: {0}.", "No decisions yet. Themes: {0}."],
  cardsSoFar: ["Решений пока нет. Карточек: {0}.", "No decisions yet. Cards: {0}."],
  nothingYet: ["Пока ничего, вы ничего не упустили.", "Nothing yet, you have missed nothing."],
  nowYou: ["Что делать сейчас", "What to do now"],
  oneIdea: [
    "Осталось меньше минуты. Одну мысль добавить успеете.",
    "Less than a minute is left. There is time for one idea.",
  ],
  watch: ["Смотрите и слушайте", "Watch and listen"],
  calm: ["Пока ничего, мы вас позовём", "Nothing yet, we will call you"],
  begin: ["К делу", "Let us go"],
  beginOne: ["Добавить одну идею", "Add one idea"],
  // an unsent thought
  stepOver: ["Шаг «{0}» закончился.", "The step “{0}” is over."],
  finishIn: [
    "Допишите, ещё {0} секунда|Допишите, ещё {0} секунды|Допишите, ещё {0} секунд",
    "Finish it, {0} second more|Finish it, {0} seconds more",
  ],
  thrown: ["Мысль удалена", "The thought is removed"],
  takeBack: ["Вернуть", "Take it back"],
  // the result
  result: ["Итог на сейчас", "The result so far"],
  thanksTo: ["{0}, спасибо", "Thank you, {0}"],
  // a step that is not theirs
  guestTitle: ["{0}, сейчас команда говорит о себе", "{0}, the team talks among itself now"],
  otherTitle: ["{0}, сейчас работают другие", "{0}, others work now"],
  guestLead: [
    "Этот разговор внутренний. От вас ничего не нужно, страницу можно не закрывать.",
    "This talk is internal. Nothing is asked of you; you can keep this page open.",
  ],
  otherLead: [
    "Этот шаг для других ролей. От вас ничего не нужно, страницу можно не закрывать.",
    "This step is for other roles. Nothing is asked of you; you can keep this page open.",
  ],
  callAt: ["Позовём около {0}", "We will call you at about {0}"],
  callSoon: ["Позовём с минуты на минуту", "We will call you any minute"],
  callIn: [
    "Через {0} минуту: {1}.|Через {0} минуты: {1}.|Через {0} минут: {1}.",
    "In {0} minute: {1}.|In {0} minutes: {1}.",
  ],
  clockStands: [
    "Часы сейчас стоят, время примерное.",
    "The clock stands now, the time is a guess.",
  ],
  now: ["сейчас", "now"],
  restOver: ["Можно проститься или остаться", "You may say goodbye or stay"],
  partOver: ["Ваша часть позади, спасибо", "Your part is done, thank you"],
  partOverLead: [
    "Можно остаться до конца. Итог откроется на этой же странице.",
    "You may stay until the end. The result opens on this same page.",
  ],
  yourWords: ["Ваши слова записаны", "Your words are kept"],
  bye: ["Проститься", "Say goodbye"],
} satisfies Record<string, Pair>;
