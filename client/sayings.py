"""What simulated people say: short examples in Russian and English, made up for this purpose."""

from random import Random
from typing import Final, Literal

from msgspec import Struct

Lang = Literal["ru", "en"]

NAMES: Final[dict[Lang, list[str]]] = {
    "ru": (
        "Анна Борис Вера Глеб Дарья Егор Жанна Захар Инна Кирилл Лариса Максим Нина Олег Полина "
        "Роман Света Тимур Ульяна Фёдор Эмма Юрий Яна Артём Мария Степан Ольга Павел Ксения Илья"
    ).split(),
    "en": (
        "Alice Ben Clara David Emma Frank Grace Henry Isla Jack Kate Liam Mia Noah Olive Peter "
        "Quinn Rose Sam Tess Uma Victor Wendy Xavier Yara Zoe Adam Beth Carl Dora"
    ).split(),
}


class Sayings(Struct, frozen=True):
    """The texts of one language. `good` and `bad` are ideas; decisions are (what, what the
    customer gets, measure, assumption)."""

    lang: Lang
    good: list[str]
    bad: list[str]
    themes: list[str]
    decisions: list[tuple[str, str, str, str]]
    help: list[str]

    def idea(self, lane: int, chance: Random) -> str:
        """An idea for a lane: the first lane is for what helps, the others for what hinders."""
        return chance.choice(self.bad if lane else self.good)

    def decision(self, chance: Random) -> tuple[str, str, str, str]:
        """The wording of a decision."""
        return chance.choice(self.decisions)


RU: Final = Sayings(
    "ru",
    [
        "Один номер, по которому всегда отвечает человек",
        "Мастер звонит за полчаса до приезда",
        "Счёт приходит в день отгрузки",
        "Новичку в первый день дают послушать звонки клиентов",
        "Если ошиблись, исправляем и сразу говорим, что исправили",
        "Продавец может вернуть до трёх тысяч без согласований",
        "Клиенту показывают, где сейчас его заказ",
        "Письма пишем без канцелярита",
        "Раз в месяц директор сам отвечает на жалобы",
        "Склад видит, что пообещали продажи",
    ],
    [
        "Клиент трижды рассказывает одно и то же разным отделам",
        "Договор согласуют дольше, чем делают работу",
        "На почту отвечаем через три дня",
        "Никто не знает, кто обещал этот срок",
        "Скидку обещают одни, а считают другие",
        "О переносе клиент узнаёт последним",
        "Жалобы собирают, но ответа никто не пишет",
        "Форма на сайте спрашивает то, что мы уже знаем",
        "После шести вечера заявка ждёт до утра",
        "Две системы показывают разный остаток",
    ],
    ["Связь с клиентом", "Сроки", "Деньги и счета", "Между отделами", "Жалобы", "Первый день"],
    [
        (
            "Отвечаем на каждое письмо в тот же рабочий день",
            "Клиент знает, кто и когда займётся его вопросом",
            "Доля писем с ответом за день: 95 %",
            "Хватит одной дежурной смены",
        ),
        (
            "Звоним клиенту раньше, чем он узнает о переносе сам",
            "О новой дате говорит живой человек и предлагает выбор",
            "Переносы без звонка: ни одного за месяц",
            "Логистика видит перенос в день решения",
        ),
        (
            "Разрешаем сотруднику решить спор до трёх тысяч рублей на месте",
            "Спор закончен за один разговор",
            "Споры, решённые за один звонок: 8 из 10",
            "Сумма возвратов не вырастет больше чем на десятую часть",
        ),
        (
            "Выставляем счёт в день отгрузки",
            "Счёт совпадает с тем, что привезли",
            "Счета день в день: 98 %",
            "Склад закрывает отгрузку до вечера",
        ),
    ],
    ["Помогу с текстами", "Дам цифры за прошлый год", "Возьму разговор с клиентами", "Проверю"],
)

EN: Final = Sayings(
    "en",
    [
        "One number where a person always answers",
        "The fitter calls half an hour before coming",
        "The invoice arrives on the day of delivery",
        "A newcomer listens to customers on the first day",
        "When we err, we put it right and say so at once",
        "Sales may refund up to fifty without asking",
        "The customer can see where the order is",
        "Our letters are in plain words",
        "Once a month the director answers complaints",
        "The warehouse sees what sales has promised",
    ],
    [
        "The customer tells three departments the same story",
        "A contract takes longer to agree than the work to do",
        "Mail is answered after three days",
        "Nobody knows who promised this date",
        "One gives the discount, another counts it",
        "The customer is the last to hear of a delay",
        "Complaints are collected and never answered",
        "The form asks for what we know already",
        "After six in the evening a request waits for the morning",
        "Two systems show different stock",
    ],
    ["Being reachable", "Dates", "Money and invoices", "Between departments", "Complaints"],
    [
        (
            "We answer every letter on the same working day",
            "The customer knows who will see to it, and when",
            "Letters answered within a day: 95 %",
            "One person on duty is enough",
        ),
        (
            "We call the customer before the delay is noticed",
            "A person tells the new date and offers a choice",
            "Delays without a call: none in a month",
            "Logistics sees a delay on the day it is decided",
        ),
        (
            "Staff may settle a dispute of up to fifty on the spot",
            "The dispute ends in one conversation",
            "Disputes settled in one call: 8 of 10",
            "Refunds grow by a tenth at most",
        ),
        (
            "We send the invoice on the day of delivery",
            "The invoice names what was delivered",
            "Invoices on the same day: 98 %",
            "The warehouse closes a delivery before evening",
        ),
    ],
    ["I can help with the wording", "I have last year's figures", "I will talk to customers"],
)

SAYINGS: Final[dict[Lang, Sayings]] = {"ru": RU, "en": EN}
