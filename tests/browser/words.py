"""What the people of the demonstration are called and say, beside what all simulated people say."""

from typing import Final, Literal

from msgspec import Struct

from client.sayings import Lang


class Part(Struct, frozen=True):
    """Somebody of the cast."""

    name: str
    role: str
    department: str = ""
    place: Literal["onsite", "remote"] = "onsite"


class Words(Struct, frozen=True):
    """A demonstration in one language."""

    title: str
    goal: str
    departments: list[str]
    cast: list[Part]
    long_idea: str
    parked: str
    unsaid: list[str]
    long_decision: tuple[str, str, str, str]


RU: Final = Words(
    "Клиент получает ответ за один день",
    "К новому году каждый клиент получает ответ по существу за один рабочий день, и никто не "
    "рассказывает одно и то же дважды.",
    ["Продажи", "Поддержка", "Сервис и монтаж", "Бухгалтерия", "Логистика", "Юридический отдел"],
    [
        Part("Анна Крылова", "member", "Продажи"),
        Part("Борис Левин", "member", "Поддержка"),
        Part("Вера Смирнова", "member", "Бухгалтерия", "remote"),
        Part("Глеб Орлов", "member", "Логистика"),
        Part("Дарья Ким", "member", "Поддержка"),
        Part("Егор Панов", "member", "Сервис и монтаж", "remote"),
        Part("Жанна Белова", "member", "Продажи"),
        Part("Захар Титов", "member", "Сервис и монтаж"),
        Part("Ирина Соколова", "lead", "Продажи"),
        Part("Павел Громов", "lead", "Логистика"),
        Part("Мария Константинопольская-Задунайская", "member", "Поддержка"),
        Part("Ольга Нестерова", "customer", place="remote"),
        Part("Тимур Алиев", "customer", place="remote"),
        Part("Юрий Мельник", "partner", place="remote"),
        Part("Яна Фролова", "expert", place="remote"),
    ],
    "Когда клиент спрашивает, где его заказ, продавец звонит на склад, склад пишет перевозчику, "
    "перевозчик отвечает вечером, а утром продавец перезванивает клиенту, который уже узнал всё "
    "сам на сайте перевозчика и сердится, что мы не сказали сразу",
    "Кто решает, какие жалобы показывать директору",
    [
        "Сроки обещаем, зная, что не успеем",
        "Отчёты о качестве пишем для отчётов",
        "Новых людей не учим: некогда",
        "Премия зависит от продаж, а не от того, доволен ли клиент",
    ],
    (
        "Один человек ведёт заказ от первого звонка до последней подписи и отвечает клиенту сам, "
        "даже если ответ лежит в другом отделе",
        "Клиент знает одно имя и один номер",
        "Повторных объяснений одного и того же: не больше одного на десять заказов",
        "Отделы отвечают ведущему за два часа",
    ),
)

EN: Final = Words(
    "An answer within a day",
    "By New Year every customer has a real answer within one working day, and nobody tells the "
    "same story twice.",
    ["Sales", "Support", "Service and fitting", "Accounting", "Logistics", "Legal"],
    [
        Part("Alice Crane", "member", "Sales"),
        Part("Ben Lowry", "member", "Support"),
        Part("Clara Smith", "member", "Accounting", "remote"),
        Part("David Hale", "member", "Logistics"),
        Part("Emma Kim", "member", "Support"),
        Part("Frank Pane", "member", "Service and fitting", "remote"),
        Part("Grace White", "member", "Sales"),
        Part("Henry Todd", "member", "Service and fitting"),
        Part("Isla Falconer", "lead", "Sales"),
        Part("Jack Storm", "lead", "Logistics"),
        Part("Maria Featherstonehaugh-Cholmondeley", "member", "Support"),
        Part("Kate Nestor", "customer", place="remote"),
        Part("Liam Ali", "customer", place="remote"),
        Part("Mia Miller", "partner", place="remote"),
        Part("Noah Frost", "expert", place="remote"),
    ],
    "When a customer asks where the order is, sales calls the warehouse, the warehouse writes to "
    "the carrier, the carrier answers in the evening, and next morning sales calls the customer, "
    "who has long read it on the carrier's page and is cross that we did not say so at once",
    "Who decides which complaints the director sees",
    [
        "We promise dates that we know we cannot keep",
        "We write reports on quality for the sake of reports",
        "We do not teach newcomers: there is no time",
        "The bonus hangs on sales, not on whether the customer is content",
    ],
    (
        "One person leads an order from the first call to the last signature and answers the "
        "customer in person, even where the answer lies in another department",
        "The customer knows one name and one number",
        "The same thing explained again: at most once in ten orders",
        "Departments answer whoever leads within two hours",
    ),
)

WORDS: Final[dict[Lang, Words]] = {"ru": RU, "en": EN}
