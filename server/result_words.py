"""The words of a result's exports in both languages, and how they write days and numbers."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Final

from rooms.steps import Lang
from server.result import Both, Count, Event, Offer

WORDS: Final[dict[str, tuple[str, str]]] = {
    # sections
    "result": ("Итог сессии", "Session result"),
    "goal": ("Цель", "Goal"),
    "decisions": ("Решения", "Decisions"),
    "open": ("Пока никто не взял", "Not taken yet"),
    "awaiting": ("Ждут подписи", "Awaiting a signature"),
    "nobody": ("Никто не взял", "Nobody took these"),
    "parked": ("Отложено", "Parked"),
    "dropped": ("Снято", "Dropped"),
    "shares": ("Доли отделов", "Shares of departments"),
    "ideas": ("Помощь с идеями", "Help with ideas"),
    "votes": ("Темы и голоса", "Themes and votes"),
    "parking_lot": ("Стоянка", "Parking lot"),
    "time": ("План и факт", "Planned and real time"),
    "next": ("Что дальше", "What happens next"),
    # kinds of rows
    "room": ("Комната", "Room"),
    "decision": ("Решение", "Decision"),
    "theme": ("Тема", "Theme"),
    "idea": ("Помощь с идеей", "Help with an idea"),
    "topic": ("Стоянка", "Parking lot"),
    "step": ("Шаг", "Step"),
    "total": ("Всего", "In all"),
    "between": ("Между шагами", "Between steps"),
    "after": ("После последнего шага", "After the last step"),
    # columns
    "section": ("Раздел", "Section"),
    "number": ("№", "No."),
    "text": ("Текст", "Text"),
    "gain": ("Клиент получит", "Customer gets"),
    "measure": ("Измерим", "Measure"),
    "assumption": ("Исходим из", "We assume"),
    "due": ("Срок", "Due"),
    "state": ("Состояние", "State"),
    "owner": ("Владелец", "Owner"),
    "owner_role": ("Роль", "Role"),
    "department": ("Отдел", "Department"),
    "signed_at": ("Подписано, {0}", "Signed, {0}"),
    "version": ("Редакция", "Version"),
    "helpers": ("Помогут", "Helpers"),
    "history": ("Как шло", "What happened"),
    "reason": ("Почему вернули", "Why it was given back"),
    "cards": ("Карточки", "Cards"),
    "dots": ("Голоса", "Votes"),
    "people": ("Человек", "People"),
    "agree": ("Так", "Agree"),
    "disagree": ("Не так", "Disagree"),
    "passed": ("Пропустили", "Passed"),
    "voices": ("По ролям", "By role"),
    "planned": ("План, мин", "Planned, min"),
    "real": ("Факт, мин", "Real, min"),
    # states of a decision
    "state.signed": ("подписано", "signed"),
    "state.sign_again": ("нужна новая подпись", "needs signing again"),
    "state.taken": ("взято, не подписано", "taken, not signed"),
    "state.open": ("никто не взял", "not taken"),
    "state.awaiting": ("ждёт подписи", "awaiting a signature"),
    "state.nobody": ("никто не взял", "nobody took it"),
    "state.parked": ("отложено", "parked"),
    "state.dropped": ("снято", "dropped"),
    # deeds in a decision's history
    "deed.taken": ("взято", "taken"),
    "deed.signed": ("подписано", "signed"),
    "deed.reworded": ("новая редакция", "reworded"),
    "deed.given_back": ("возвращено", "given back"),
    "deed.freed": ("снова свободно", "free again"),
    "deed.handed_over": ("передано", "handed over"),
    "deed.asked": ("ищем владельца", "an owner is asked for"),
    "deed.open": ("снова открыто", "opened again"),
    "deed.parked": ("отложено", "parked"),
    "deed.dropped": ("снято", "dropped"),
    "deed.nobody": ("никто не взял", "taken by nobody"),
    # sentences
    "none": ("Решений нет.", "There are no decisions."),
    "signed": ("Подписано {0}, редакция {1}", "Signed {0}, version {1}"),
    "owns": ("владеет", "owns"),
    "helps": ("помогает", "helps with"),
    "erased": ("удалено", "removed"),
    "hidden_step": ("Шаг другой группы", "A step of another group"),
    "skipped": ("пропущен", "left out"),
    "minutes": ("{0} мин", "{0} min"),
    "counts": (
        "Людей: {0}. Карточек: {1}. Решений: {2}, подписано: {3}.",
        "People: {0}. Cards: {1}. Decisions: {2}, signed: {3}.",
    ),
    "next.owner": ("{0}: {1}, решение {2}", "{0}: {1}, decision {2}"),
    "next.link": (
        "Итог остаётся у каждого по той же ссылке.",
        "Everybody keeps the result at the same link.",
    ),
    "next.change": (
        "Если текст решения изменится, прежняя подпись перестаёт действовать.",
        "If the wording of a decision changes, its signature no longer holds.",
    ),
}
ROLES: Final[dict[str, tuple[str, str]]] = {
    "facilitator": ("ведущий", "facilitator"),
    "cofacilitator": ("второй ведущий", "co-facilitator"),
    "interviewer": ("интервьюер", "interviewer"),
    "member": ("сотрудник", "staff"),
    "lead": ("руководитель", "leader"),
    "customer": ("клиент", "customer"),
    "partner": ("партнёр", "partner"),
    "expert": ("эксперт", "expert"),
    "observer": ("наблюдатель", "observer"),
    "stage": ("экран", "stage"),
}
MONTHS: Final = (
    "января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
    "January February March April May June July August September October November December",
)


class Speech:
    """One language, and the time zone of whoever reads, in minutes east of Greenwich."""

    def __init__(self, lang: Lang, utc_offset: int = 0) -> None:
        self.lang = lang
        self._place = 0 if lang == "ru" else 1
        self._zone = timezone(timedelta(minutes=utc_offset)) if utc_offset else UTC

    def __call__(self, key: str, *values: object) -> str:
        return WORDS[key][self._place].format(*values)

    def role(self, name: str) -> str:
        return ROLES[name][self._place] if name else ""

    def roles(self, names: Iterable[str]) -> str:
        return ", ".join(self.role(name) for name in names)

    def text(self, text: str | None) -> str:
        """A text as it was written, or that it was erased."""
        return f"[{self('erased')}]" if text is None else text

    def day(self, iso: str) -> str:
        """25 December 2026, from 2026-12-25."""
        day = date.fromisoformat(iso)
        return f"{day.day} {MONTHS[self._place].split()[day.month - 1]} {day.year}"

    def moment(self, at_ms: int) -> str:
        """2026-12-25 17:04, which spreadsheets read as a date."""
        return datetime.fromtimestamp(at_ms / 1000, self._zone).strftime("%Y-%m-%d %H:%M")

    @property
    def zone(self) -> str:
        """UTC, or UTC+03:00."""
        return str(self._zone)

    def minutes(self, length_ms: int) -> str:
        """Minutes with at most one digit after the point, which is a comma in Russian."""
        text = f"{length_ms / 60_000:.1f}".removesuffix(".0")
        return text.replace(".", ",") if self.lang == "ru" else text

    def offer(self, offer: Offer) -> str:
        """Who offers which help."""
        who = ", ".join(filter(None, (self.text(offer.name), offer.department)))
        return f"{who}: {self.text(offer.text)}"

    def event(self, event: Event) -> str:
        """What happened to a decision, when and by whom."""
        who = ", ".join(filter(None, (self.text(event.name), event.department)))
        did = f"{self.moment(event.at_ms)} {self(f'deed.{event.deed}')}"
        return f"{did}: {who}" if who else did

    def voted(self, count: Count) -> str:
        """Dots, or agree / disagree / passed."""
        opinions = (count.agree, count.disagree, count.passed)
        return " / ".join(str(n) for n in opinions) if any(opinions) else str(count.dots)

    def step(self, name: Both | None) -> str:
        """The name of a step, in the other language where it has none in this one."""
        if name is None:
            return self("hidden_step")
        return (name.ru or name.en) if self.lang == "ru" else (name.en or name.ru)
