/** One sentence for every way a server may say no. Each says what to do. */
import type { RefusalCode } from "../wire";

type Pair = readonly [ru: string, en: string];

export const refusals: Record<RefusalCode, Pair> = {
  bad_words: [
    "В тексте есть символы, которые не передать. Перепишите его и отправьте снова.",
    "The text has characters that cannot be sent. Rewrite it and send again.",
  ],
  too_long: [
    "Текст слишком длинный. Сократите его и отправьте снова.",
    "The text is too long. Shorten it and send again.",
  ],
  too_fast: [
    "Слишком быстро. Подождите пару секунд, отправим сами.",
    "Too fast. Wait a few seconds, we will send it.",
  ],
  room_busy: [
    "В комнате сейчас очень много действий. Отправим ещё раз сами.",
    "The room is very busy. We will try again by ourselves.",
  ],
  storage_failed: [
    "Сервер пока не может записать. Отправим ещё раз сами.",
    "The server cannot write just now. We will try again by ourselves.",
  ],
  key_lost: [
    "Без имени этот шаг уже ничего не примет. Передайте текст ведущему иначе.",
    "This step can take nothing more without a name. Give the text to the facilitator another way.",
  ],
  too_old: [
    "Это было отправлено давно, ответ не сохранился. Проверьте, нет ли этого уже, и повторите.",
    "This was sent long ago and its answer is gone. See whether it is there, then repeat.",
  ],
  not_your_role: [
    "У вашей роли нет этого действия. Попросите ведущего.",
    "Your role cannot do this. Ask the facilitator.",
  ],
  link_revoked: [
    "Ссылка больше не действует. Попросите у ведущего новую.",
    "This link no longer works. Ask the facilitator for a new one.",
  ],
  no_seat: ["Сначала войдите: назовите себя.", "Join first: tell us your name."],
  seat_removed: [
    "Ваше место освободили. Обратитесь к ведущему.",
    "Your seat was given up. Talk to the facilitator.",
  ],
  room_closed: [
    "Сессия закрыта, добавить уже ничего нельзя. Итог можно читать.",
    "The session is closed, nothing can be added. You can read the result.",
  ],
  wrong_lane: [
    "Шаг изменился, пока это отправлялось. Отправьте ещё раз.",
    "The step changed while this was on its way. Send it again.",
  ],
  other_rules: [
    "Сервер обновили, пока это отправлялось. Загрузите страницу заново и отправьте ещё раз.",
    "The server was upgraded while this was on its way. Load the page again and send it again.",
  ],
  missing_words: [
    "Здесь нужен текст. Напишите его и отправьте.",
    "Some text is needed here. Write it and send.",
  ],
  too_much_at_once: [
    "Слишком много за один раз. Сделайте это частями.",
    "Too much at once. Do it in parts.",
  ],
  already_open: ["Комната уже открыта. Войдите в неё.", "The room is open already. Enter it."],
  already_moved: [
    "Кто-то уже переключил шаг. Посмотрите, где мы сейчас.",
    "Somebody has moved on already. See where we are now.",
  ],
  already_begun: [
    "Этот шаг уже начался. Менять можно только те, что впереди.",
    "This step has begun. Only steps ahead can be changed.",
  ],
  bad_settings: [
    "Настройки шага не подходят. Проверьте их и сохраните снова.",
    "The step's settings do not fit. Check them and save again.",
  ],
  bank_empty: [
    "В запасе нет времени. Можно открыто сдвинуть конец сессии.",
    "The time bank is empty. You can openly move the end of the session.",
  ],
  decisions_without_fate: [
    "Есть решения без подписи. Для каждого: подписать, отложить, снять или никто не взял.",
    "Some decisions have no signature. For each: sign, park, drop, or nobody took it.",
  ],
  end_is_past: [
    "Этот конец уже прошёл. Выберите время позже.",
    "That end is in the past. Choose a later time.",
  ],
  first_step: ["Это первый шаг, раньше некуда.", "This is the first step. Go on from here."],
  last_step: [
    "Это последний шаг. Можно закрыть сессию.",
    "This is the last step. You can close the session.",
  ],
  not_open_yet: [
    "Этот шаг ещё не открыт. Подождите ведущего.",
    "This step is not open yet. Wait for the facilitator.",
  ],
  not_paused: ["Часы и так идут. Ничего делать не нужно.", "The clock is running. Nothing to do."],
  not_running: [
    "Часы сейчас не идут. Сначала начните или продолжите шаг.",
    "The clock is not running. Start or resume the step first.",
  ],
  not_your_step: [
    "На этом шаге работают другие. Мы позовём, когда будет ваша очередь.",
    "Others work in this step. We will call you when it is your turn.",
  ],
  too_late: [
    "Шаг уже закрыт, это не засчитано. Скажите ведущему, если это важно.",
    "The step is closed and this did not count. Tell the facilitator if it matters.",
  ],
  too_many_steps: [
    "Шагов уже слишком много. Уберите лишний и добавьте снова.",
    "There are too many steps. Leave one out, then add again.",
  ],
  unknown_kind: ["Такого вида шага нет. Выберите другой.", "No such kind of step. Choose another."],
  unknown_step: [
    "Такого шага больше нет. Посмотрите план.",
    "That step is gone. Look at the agenda.",
  ],
  wrong_kind: [
    "На этом шаге так нельзя. Посмотрите, что он просит.",
    "This step does not take that. See what it asks for.",
  ],
  already_joined: ["Вы уже вошли. Продолжайте.", "You have joined already. Go on."],
  last_facilitator_link: [
    "Это последняя ссылка ведущего. Сначала создайте другую.",
    "This is the last facilitator link. Make another one first.",
  ],
  not_a_participant: [
    "Ведущего так не вывести. Отзовите его ссылку.",
    "A facilitator cannot be shown out. Revoke the link instead.",
  ],
  link_used: [
    "По этой личной ссылке уже вошли с другого устройства. Попросите у ведущего новую.",
    "This personal link was used on another device already. Ask the facilitator for a new one.",
  ],
  unknown_handover: [
    "Передача уже отменена или завершена.",
    "This handover was taken back or is done already.",
  ],
  room_full: [
    "В комнате больше нет мест. Спросите ведущего: он может освободить место или открыть ещё одну комнату.",
    "The room is full. Ask the facilitator, who can free a place or open another room.",
  ],
  too_many_departments: [
    "Отделов уже слишком много. Выберите один из списка.",
    "There are too many departments. Choose one from the list.",
  ],
  unknown_department: [
    "Такого отдела больше нет. Выберите другой.",
    "That department is gone. Choose another.",
  ],
  unknown_link: ["Такой ссылки нет. Создайте новую.", "No such link. Make a new one."],
  unknown_role: ["Такой роли нет. Выберите другую.", "No such role. Choose another."],
  unknown_seat: [
    "Этого человека здесь нет. Выберите другого.",
    "That person is not here. Choose somebody else.",
  ],
  already_there: [
    "Карточки уже в этой теме. Выберите другие.",
    "The cards are in this group already. Choose others.",
  ],
  edited_by_moderator: [
    "Карточку поправил ведущий. Попросите его, если нужно иначе.",
    "The facilitator has edited this card. Ask there if it should change.",
  ],
  in_a_group: [
    "Карточка лежит в теме. Сначала выньте её.",
    "The card is in a group. Take it out first.",
  ],
  not_in_a_group: [
    "Карточка ни в какой теме не лежит. Ничего делать не нужно.",
    "The card is in no group. Nothing to do.",
  ],
  not_late: [
    "Эта карточка уже разобрана. Возьмите следующую.",
    "This card is settled already. Take the next one.",
  ],
  not_shown: [
    "Карточка сейчас не показана. Сначала верните её.",
    "The card is not shown now. Restore it first.",
  ],
  not_yours: [
    "Это написал другой человек. Менять можно только своё.",
    "Somebody else wrote this. You can change only your own.",
  ],
  redacted: [
    "Текст стёрт навсегда. Напишите новый.",
    "The text was erased for good. Write a new one.",
  ],
  same_card_twice: [
    "Одна карточка выбрана дважды. Выберите заново.",
    "One card is chosen twice. Choose again.",
  ],
  too_many_cards: [
    "У вас уже очень много карточек. Уберите лишние и добавьте снова.",
    "You have very many cards. Withdraw some, then add again.",
  ],
  too_many_groups: [
    "Тем больше нельзя. Положите карточки в одну из имеющихся.",
    "No more groups are allowed. Put the cards into an existing one.",
  ],
  unknown_card: [
    "Этой карточки больше нет. Выберите другую.",
    "That card is gone. Choose another.",
  ],
  unknown_group: ["Этой темы больше нет. Выберите другую.", "That group is gone. Choose another."],
  unknown_lane: [
    "Такой колонки нет. Выберите одну из показанных.",
    "No such column. Choose one of those shown.",
  ],
  unknown_merge: [
    "Это уже отменили. Посмотрите, что в теме сейчас.",
    "This was undone already. See what the group holds now.",
  ],
  vote_is_open: [
    "Идёт голосование, темы менять нельзя. Подождите его конца.",
    "A vote is open, groups cannot change. Wait until it ends.",
  ],
  budget_spent: [
    "Голоса кончились. Снимите один, чтобы отдать его сюда.",
    "No dots left. Take one back to give it here.",
  ],
  too_many_on_one: [
    "Сюда больше голосов нельзя. Отдайте остальные другим.",
    "No more dots here. Give the others elsewhere.",
  ],
  unknown_choice: [
    "За это уже не голосуют. Выберите другое.",
    "This is no longer voted on. Choose something else.",
  ],
  already_asked: [
    "Этого человека уже спросили. Подождите ответа.",
    "This person was asked already. Wait for the answer.",
  ],
  already_claimed: [
    "Это решение уже взяли. Можно предложить помощь.",
    "Somebody has taken this decision. You can offer help.",
  ],
  already_signed: [
    "Решение уже подписано. Больше ничего делать не нужно.",
    "The decision is signed. Nothing more to do.",
  ],
  already_yours: [
    "Это решение уже ваше. Осталось подписать.",
    "This decision is yours already. It remains to sign it.",
  ],
  due_is_past: ["Этот срок уже прошёл. Выберите позже.", "That date is past. Choose a later one."],
  not_open: [
    "Решение снято с обсуждения. Попросите ведущего вернуть его.",
    "The decision is off the table. Ask the facilitator to bring it back.",
  ],
  too_many_decisions: [
    "Решений уже достаточно. Уточните одно из имеющихся.",
    "There are enough decisions. Refine one of them.",
  ],
  unknown_decision: [
    "Этого решения больше нет. Выберите другое.",
    "That decision is gone. Choose another.",
  ],
  unknown_help: [
    "Этого предложения помощи больше нет. Ничего делать не нужно.",
    "That offer of help is gone. Nothing to do.",
  ],
  unknown_invitation: [
    "Вас уже не спрашивают об этом. Ничего делать не нужно.",
    "You are no longer asked about this. Nothing to do.",
  ],
  wording_changed: [
    "Текст только что изменили. Прочтите новую редакцию и повторите.",
    "The wording has just changed. Read the new version and repeat.",
  ],
  already_raised: ["Рука уже поднята. Вас видят.", "Your hand is up. You are seen."],
  nobody_to_remind: [
    "Здесь уже все ответили. Напоминать некому.",
    "Everybody here has answered already. There is nobody to remind.",
  ],
  step_is_anonymous: [
    "В этом шаге пишут без имён, поэтому неизвестно, кого ждать. Напомните всем вслух.",
    "People write without names here, so nobody knows whom to wait for. Remind everybody aloud.",
  ],
  tally_is_shown: [
    "Итог голосования уже видели. Чтобы голосовать заново, вернитесь на шаг назад и снова вперёд.",
    "The result of the vote was seen already. To vote anew, go one step back and on again.",
  ],
  unknown_target: [
    "Этого больше не видно. Выберите другое.",
    "That is no longer shown. Choose something else.",
  ],
  not_raised: ["Рука не поднята. Поднимите её снова.", "The hand is not up. Raise it again."],
};
