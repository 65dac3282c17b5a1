/** Words of the sheet behind the step's name: what a step is for, and what is rarely needed. */
import type { Pair } from "../words";

/** Two sentences for every kind of step: what it is for, and what one does in it. (R5.16) */
export const explained: Readonly<Record<string, Pair>> = {
  lobby: [
    "Комната открыта, люди собираются. Ваше место занято за вами, делать пока ничего не нужно.",
    "The room is open and people gather. Your seat is kept, there is nothing to do yet.",
  ],
  elsewhere: [
    "Этот шаг идёт без вас, так задумано. Когда понадобитесь, страница переключится сама.",
    "This step goes without you, as planned. When you are needed, this page changes by itself.",
  ],
  brief: [
    "Ведущий говорит, зачем мы собрались и что будет дальше. Вам нужно только слушать.",
    "The facilitator says why we are here and what comes next. You only need to listen.",
  ],
  ideate: [
    "Все пишут одновременно и молча, чтобы услышать каждого, а не только громких. Одна мысль на карточку, карточек сколько угодно.",
    "Everybody writes at once and in silence, so that each is heard and not only the loud. One thought a card, as many cards as you like.",
  ],
  reveal: [
    "Карточки открыты всем сразу, чтобы никто не подстраивался под первых. Прочтите их молча и отметьте для себя, что удивило.",
    "The cards open for everybody at once, so that nobody follows the first. Read them in silence and note what surprises you.",
  ],
  group: [
    "Похожие мысли складываем в темы, чтобы потом выбирать из немногого. Коснитесь похожих карточек и соедините их, любое действие можно отменить.",
    "We put similar thoughts into themes, so that later we choose among few. Tap cards that are alike and put them together; everything can be undone.",
  ],
  "vote:dots": [
    "У каждого одинаковое число голосов, кем бы он ни был. Отдайте их тому, что важнее, и меняйте решение, пока голосование открыто.",
    "Everybody has the same number of votes, whoever they are. Give them to what matters most, and change your mind while the vote is open.",
  ],
  "vote:opinion": [
    "Так мы увидим, где согласны, а где смотрим по-разному. По каждой мысли ответьте, согласны ли вы, или пропустите её.",
    "This shows where we agree and where we see things differently. For each thought say whether you agree, or pass.",
  ],
  draft: [
    "Из тем делаем решения: что сделаем, что получит клиент и к какому дню. Предложите своё или уточните чужое, чтобы понял и посторонний.",
    "Themes become decisions: what we do, what the customer gets and by which day. Propose yours or refine another's, so that a stranger understands it.",
  ],
  claim: [
    "Решение живёт, только если человек взял его сам. Возьмите одно, если ответите за результат целиком, или предложите помощь.",
    "A decision lives only if somebody took it of own will. Take one if you answer for the whole result, or offer help.",
  ],
  discuss: [
    "Говорим по очереди, чтобы слышать и тех, кто далеко. Поднимите руку на телефоне, и ведущий даст вам слово.",
    "We speak in turn, so that those far away are heard too. Raise your hand on the phone and the facilitator gives you the floor.",
  ],
  break: [
    "Перерыв, чтобы голова отдохнула. Часы на экране скажут, когда вернуться.",
    "A break to rest the head. The clock on the screen tells when to come back.",
  ],
  close: [
    "Смотрим, что решили и кто за что взялся. Итог останется по этой же ссылке.",
    "We see what was decided and who took what. The result stays at this same link.",
  ],
};

export const menu = {
  ahead: ["Дальше", "Next"],
  aheadAt: ["{0}, около {1}", "{0}, at about {1}"],
  aheadYours: ["Ещё один шаг, уже без вас", "One more step, without you"],
  last: ["Это последний шаг", "This is the last step"],
  end: ["Закончим", "We end"],
  endAt: ["в {0}", "at {0}"],
  goal: ["Цель", "Goal"],
  result: ["Итог на сейчас", "The result so far"],
  park: ["Отложить мысль на потом", "Keep a thought for later"],
  profile: ["Моё имя и место", "My name and place"],
  profileSaved: ["Сохранено", "Saved"],
  leave: ["Выйти или стереть меня", "Leave or erase me"],
  leaveTitle: ["Выйти", "Leave"],
  leaveLead: [
    "Место и слова останутся за вами. Вернуться можно по той же ссылке с этого телефона.",
    "Your seat and words stay yours. You can come back by the same link on this phone.",
  ],
  leaveSend: ["Выйти из комнаты", "Leave the room"],
  eraseTitle: ["Стереть меня", "Erase me"],
  eraseLead: [
    "Имя и всё, что вы написали под ним, удалим навсегда. Голоса и сам факт решений останутся, но без имени. Решения, которые вы взяли и не подписали, снова станут свободны.",
    "Your name and all you wrote under it are deleted for good. Votes and the fact of decisions stay without a name. Decisions you took and did not sign are free again.",
  ],
  eraseAnonymous: [
    "Написанное без имени не найти никому, и стереть его отсюда нельзя. Это может сделать ведущий по вашей просьбе.",
    "What you wrote without a name nobody can find, so it cannot be erased from here. Ask the facilitator, who can.",
  ],
  eraseSend: ["Стереть навсегда", "Erase for good"],
  eraseSure: ["Нажмите ещё раз, чтобы стереть", "Press once more to erase"],
  unsentLead: ["Видите только вы, на этом телефоне.", "Only you see it, on this phone."],
  toMenu: ["Назад", "Back"],
} satisfies Record<string, Pair>;
