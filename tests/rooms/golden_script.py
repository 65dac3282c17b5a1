"""The session of the golden log: every kind of step, and every command that a room knows."""

import hashlib
from collections.abc import Sequence
from typing import Final

from protocols.log import START, Logged, Word, draft, entry, link
from rooms import (
    agenda,
    cards,
    decisions,
    departments,
    groups,
    moderation,
    owners,
    people,
    reveal,
    roles,
    spotlight,
    succession,
    support,
    talk,
    turnout,
    votes,
)
from rooms.features import RULES_NUMBER, new_room
from rooms.kernel import WORD_BITS, Actor, Command
from rooms.roles import MODERATORS, STAGE, SYSTEM
from rooms.steps import AGENDA_ID, Agenda, Step, step_id
from tests.rooms.designs import LANES, step

T0: Final = 1_800_000_000_000
MINUTE: Final = 60_000
DESIGN: Final = [
    step("brief", planned_ms=2 * MINUTE),
    step("ideate", LANES, anonymous=True, policy="grace", planned_ms=5 * MINUTE),
    step("reveal", {"by_lane": True}, policy="grace"),
    step("ideate", LANES, who=roles.STAFF, sees=roles.STAFF | STAGE),
    step("reveal", sees=roles.STAFF),
    step("group", {"max_groups": 3}, policy="grace"),
    step("vote", {"budget": 3, "max_per_item": 2}, planned_ms=3 * MINUTE),
    step("vote", {"style": "opinion"}, anonymous=True),
    step("break", sees=MODERATORS),
    step("draft", {"max_decisions": 4, "due_within_days": 30}, policy="grace"),
    step("claim", planned_ms=10 * MINUTE),
    step("discuss", policy="grace"),
    step("close"),
]


class Someone:
    """A person: who sends, and how far the refs of each lane have come."""

    def __init__(self, role: int, client: int, link_id: int) -> None:
        self.role, self.client, self.link, self.seat = role, client, link_id, 0
        self.refs: dict[int, int] = {}


class Recorder:
    """Writes a log, follows it with a room, and keeps or erases words as a server does."""

    def __init__(self) -> None:
        self.room = new_room()
        self.chain = START
        self.now_ms = T0
        self.logged: list[Logged] = []
        self.words: dict[int, Word] = {}
        self.answers: list[str] = []
        self.clients = 100

    def write(
        self, actor: Actor, command: Command, texts: Sequence[str] = (), **head: int
    ) -> tuple[int, ...]:
        """One more entry, a little later than the last. Returns what it made."""
        self.now_ms += 111
        seq = len(self.logged) + 1
        salts = [hashlib.sha256(b"%d:%d" % (seq, n)).digest()[:16] for n in range(len(texts))]
        words = tuple(Word(salt, text) for salt, text in zip(salts, texts, strict=True))
        seed = int.from_bytes(hashlib.sha256(b"seed %d" % seq).digest()[:4])
        proposed = draft(actor, command, seed=seed, words=words, **head)
        self.chain = link(self.chain, seq, self.now_ms, proposed.body)
        self.logged.append(Logged(seq, self.now_ms, self.chain, proposed.body, words))
        outcome = self.room.apply(entry(self.logged[-1]))
        if not outcome.refused and not outcome.repeat:
            self.words |= {seq << WORD_BITS | n: word for n, word in enumerate(words)}
        for number in outcome.forgot:
            self.words.pop(number, None)
        self.answers.append(outcome.refused or ("repeat" if outcome.repeat else "done"))
        return outcome.made

    def tick(self, pause_ms: int) -> None:
        """Let time pass, and have the room notice."""
        self.now_ms += pause_ms
        self.write(Actor(SYSTEM), agenda.Tick())

    def say(self, one: Someone, command: Command, *texts: str, ref: int = 0) -> tuple[int, ...]:
        """A command of a person, blinded where the step is anonymous."""
        found = self.room.get(Agenda, AGENDA_ID)
        current = self.room.get(Step, found.current) if found else None
        is_blind = current is not None and current.anonymous and command.BLIND != "never"
        lane = current.round if current is not None and is_blind else 0
        if not ref:
            ref = one.refs[lane] = one.refs.get(lane, 0) + 1
        actor = Actor(one.role, one.seat, one.client, one.link)
        if current is not None and lane:
            actor = self.blind(one, command, current, ref)
        head = {"ref": ref, "lane": lane, "step": found.current if found else 0}
        return self.write(actor, command, texts, **head)

    def blind(self, one: Someone, command: Command, current: Step, ref: int) -> Actor:
        """The blind actor, named by a plain hash in place of the server's key."""
        if isinstance(command, cards.EditIdea | cards.WithdrawIdea):
            planes = [name for name in self.room.planes if isinstance(name, str)]
            found = [name for name in planes if self.room.holds(name, command.card)]
            return Actor(one.role & current.groups, blind=found[0])
        ballot = command.BLIND == "ballot"
        name = f"{current.round}|{one.seat}|{0 if ballot else ref}".encode()
        blind = "b" + hashlib.sha256(name).hexdigest()[:24]
        client = one.client + 1_000_000 if ballot else 0
        return Actor(one.role & current.groups, 0, client, 0, blind)

    def join(self, role: int, *texts: str, place: people.Place = "onsite") -> Someone:
        """A newcomer takes a seat by the first link of a role."""
        found = min(one.id for one in self.room.all(people.Link) if one.role == role)
        self.clients += 1
        one = Someone(role, self.clients, found)
        if texts:
            one.seat = self.say(one, people.Join(0, place), *texts)[0]
        return one


def record() -> Recorder:
    """The whole session."""
    book = Recorder()
    words = ("Стратегия", "Меньше бумаги", "Склад", "Закупки")
    links = list(roles.ROLES.values())
    opening = agenda.OpenRoom(RULES_NUMBER, "ru", DESIGN, links, [True, False])
    book.write(Actor(SYSTEM), opening, words)
    host = book.join(roles.FACILITATOR)
    crowd = [book.join(roles.MEMBER, f"Участник {n}", f"Отдел {n % 2}") for n in range(6)]
    crowd += [book.join(roles.LEAD, "Руководитель", place="remote")]
    guests = [book.join(roles.CUSTOMER, f"Заказчик {n}", "") for n in range(2)]
    watcher = book.join(roles.OBSERVER, "Наблюдатель", "")
    book.say(crowd[0], people.ChangeProfile(0, "remote"), "Участник ноль", "Новый отдел")
    book.say(watcher, people.ChangeProfile(0, "onsite"))
    added = book.say(host, people.AddLink(roles.EXPERT))[0]
    book.say(host, departments.ExpectDepartment(True), "Бухгалтерия")
    begin(book, host)
    in_silence(book, host, crowd, guests)
    shown = by_name(book, host, crowd)
    together(book, host, crowd, shown)
    voting(book, host, crowd, guests)
    promising(book, host, crowd, guests)
    at_the_end(book, host, crowd, added)
    return book


def begin(book: Recorder, host: Someone) -> None:
    """The lobby and the first step, whose deadline nobody waits for."""
    book.say(host, agenda.InsertStep(step_id(0), step("break", planned_ms=MINUTE)))
    book.say(host, agenda.SkipStep(step_id(8), True))
    book.say(host, agenda.NextStep())
    book.say(host, agenda.NextStep(), ref=host.refs[0])
    book.say(host, agenda.PauseClock())
    book.now_ms += 5 * MINUTE
    book.say(host, agenda.ResumeClock())
    book.say(host, agenda.ExtendStep(-30_000))
    book.say(host, agenda.MoveEnd(30 * MINUTE))
    book.tick(2 * MINUTE)
    book.tick(30 * MINUTE)
    book.say(host, agenda.ResumeClock())


def in_silence(book: Recorder, host: Someone, crowd: list[Someone], guests: list[Someone]) -> None:
    """Anonymous cards: written, reworded, withdrawn, late, shown lane by lane."""
    written: list[int] = []
    for n, one in enumerate([*crowd, *guests]):
        written += book.say(one, cards.PostIdea(n % 2), f"тихая мысль {n}")
    book.say(crowd[0], cards.PostIdea(0), "тихая мысль 0", ref=1)
    book.say(crowd[1], cards.EditIdea(written[1]), "тихая мысль, яснее")
    book.say(crowd[2], cards.WithdrawIdea(written[2]))
    book.say(crowd[3], cards.PostIdea(7), "нет такой колонки")
    book.tick(5 * MINUTE + 10_000)
    book.say(crowd[3], cards.PostIdea(0), "в полминуты")
    book.tick(25_000)
    late = book.say(crowd[4], cards.PostIdea(1), "опоздала")
    unwanted = book.say(crowd[5], cards.PostIdea(1), "тоже опоздала")
    book.say(host, moderation.RestoreCard(late[0]))
    book.say(host, moderation.LeaveCard(unwanted[0]))
    book.say(host, agenda.NextStep())
    book.say(host, reveal.Reveal(step_id(1), 1))
    book.say(host, reveal.Reveal(step_id(1), 0))
    book.say(guests[0], cards.ParkTopic(), "о другом")
    book.say(host, agenda.BackStep())
    book.say(crowd[0], cards.PostIdea(0), "второй круг")
    book.say(host, agenda.NextStep())
    book.say(host, reveal.Reveal(step_id(1), -1))
    book.say(host, agenda.NextStep())


def by_name(book: Recorder, host: Someone, crowd: list[Someone]) -> list[int]:
    """Cards with names. Their step ends by itself. Returns the cards that are shown."""
    written: list[int] = []
    book.say(host, turnout.Remind(0))
    book.say(host, turnout.Remind(99))
    for n, one in enumerate(crowd):
        written += book.say(one, cards.PostIdea(n % 2), f"мысль {n}")
    book.say(crowd[0], cards.EditIdea(written[1]), "чужая")
    book.say(crowd[0], cards.EditIdea(written[0]), "мысль 0, яснее")
    book.say(crowd[6], cards.WithdrawIdea(written[6]))
    book.say(host, cards.PostIdea(0), "без места")
    book.tick(2 * MINUTE)
    book.say(host, moderation.EditCard(written[3]), "мысль 3, вежливее")
    book.say(host, moderation.EditCard(written[4]), "мысль 4, вежливее")
    book.say(host, moderation.RestoreCard(written[4]))
    book.say(host, moderation.RedactCard(written[5]))
    book.say(host, agenda.NextStep())
    return written[:5]


def together(book: Recorder, host: Someone, crowd: list[Someone], shown: list[int]) -> None:
    """Groups: made, undone, renamed, taken from."""
    book.say(crowd[2], support.HelpIdea(shown[0]), "Поможем печатать")
    first = book.say(crowd[0], groups.MergeCards(shown[:2], 0), "Бумага")
    book.say(host, spotlight.Spotlight(shown[0]))
    book.say(host, spotlight.Spotlight(first[0]))
    book.say(crowd[1], groups.MergeCards([shown[2]], first[0]))
    second = book.say(crowd[2], groups.MergeCards([shown[3]], 0), "Прочее")
    undone = book.say(crowd[2], groups.MergeCards([shown[4]], second[0]))
    book.say(crowd[3], groups.UndoMerge(undone[-1]))
    book.say(crowd[3], groups.TakeOut(shown[2]))
    book.say(crowd[3], groups.RenameGroup(first[0]), "Бумаги")
    book.say(crowd[3], groups.MergeCards([shown[0], shown[0]], 0))
    book.say(host, agenda.StopInput())
    book.say(crowd[3], groups.TakeOut(shown[1]))
    book.now_ms += 5_000
    book.say(host, agenda.ExtendStep(MINUTE))
    book.say(crowd[3], groups.TakeOut(shown[1]))
    book.say(host, agenda.NextStep())


def voting(book: Recorder, host: Someone, crowd: list[Someone], guests: list[Someone]) -> None:
    """Dots by name, with a card hidden under them, and opinions without names, twice."""
    dots = choices(book)
    for n, one in enumerate([*crowd, *guests]):
        for k in range(3):
            book.say(one, votes.CastDots(dots[(n * k + k) % len(dots)], 1 + k % 2))
    book.say(crowd[0], votes.CastDots(dots[1], 0))
    target = next(c.target for c in book.room.all(votes.Choice) if c.id == dots[2])
    book.say(host, moderation.HideCard(target))
    book.say(host, agenda.BackStep())
    book.say(host, agenda.NextStep())
    book.say(host, moderation.RestoreCard(target))
    book.tick(3 * MINUTE)
    give_opinions(book, crowd)
    book.say(host, agenda.NextStep())
    book.say(host, agenda.BackStep())
    give_opinions(book, crowd[:4])
    book.say(host, agenda.NextStep())


def give_opinions(book: Recorder, crowd: list[Someone]) -> None:
    """Some people vote on some choices, and one takes a vote back."""
    found = choices(book)
    for n, one in enumerate(crowd):
        for choice in found[: 2 + n]:
            said: votes.Opinion = "agree" if (n + choice) % 3 else "disagree"
            book.say(one, votes.CastOpinion(choice, "pass" if n == 3 else said))
    book.say(crowd[0], votes.CastOpinion(found[0], "none"))


def choices(book: Recorder) -> list[int]:
    """What can be voted on in the current step."""
    found = book.room.get(Agenda, AGENDA_ID)
    assert found is not None
    return sorted(one.id for one in book.room.all(votes.Choice) if one.step == found.current)


def sign(book: Recorder, one: Someone, number: int) -> None:
    """Sign a decision as it is worded now."""
    found = book.room.get(decisions.Decision, number)
    assert found is not None
    book.say(one, owners.SignDecision(number, found.version, found.digest))


def pass_on(book: Recorder, number: int, owner: Someone, helper: Someone) -> None:
    """The owner hands a decision to a helper, who declines once and then signs."""
    found = book.room.get(decisions.Decision, number)
    assert found is not None
    read = (found.version, found.digest)
    book.say(owner, succession.OfferHandover(number, helper.seat, *read))
    book.say(helper, succession.DropHandover(number))
    book.say(owner, succession.OfferHandover(number, helper.seat, *read))
    book.say(helper, succession.TakeOver(number, *read))


def ask_absent(book: Recorder, host: Someone, number: int) -> Someone:
    """Somebody absent is asked to sign; she has the link, and no seat yet."""
    book.say(host, succession.AskAbsent(number, roles.MEMBER), "Отсутствующая")
    book.clients += 1
    found = max(one.id for one in book.room.all(people.Link))
    return Someone(roles.MEMBER, book.clients, found)


def by_link(book: Recorder, one: Someone, number: int) -> None:
    """The signature of a person who came by a personal link."""
    found = book.room.get(decisions.Decision, number)
    assert found is not None
    book.say(one, succession.SignByLink(number, found.version, found.digest))


def promising(book: Recorder, host: Someone, crowd: list[Someone], guests: list[Someone]) -> None:
    """Decisions: worded, taken, given back, signed, reworded and signed again."""
    wording = ("Печатаем вдвое меньше", "Ответ за день", "Листы в месяц", "Сканер работает")
    made = book.say(crowd[0], decisions.ProposeDecision(0, [step_id(3)]), *wording)
    made += book.say(host, decisions.ProposeDecision(0, []), "Один склад", "", "Дни", "")
    made += book.say(guests[0], decisions.ProposeDecision(99_999, []), "Один договор")
    made += book.say(crowd[1], decisions.ProposeDecision(0, []), "Ничего не делаем")
    book.say(crowd[2], decisions.ProposeDecision(0, []), "Пятое")
    book.say(crowd[0], decisions.EditDecision(made[0], 1, 0), "Печатаем втрое меньше", *wording[1:])
    book.say(crowd[1], decisions.EditDecision(made[0], 1, 0), "Чужое")
    book.say(host, owners.InviteOwner(made[0], crowd[0].seat))
    book.say(host, owners.InviteOwner(made[1], crowd[2].seat))
    book.say(host, owners.InviteOwner(made[1], crowd[3].seat))
    book.say(host, agenda.NextStep())
    book.say(crowd[3], owners.DeclineInvitation(made[1]))
    book.say(crowd[0], owners.OfferHelp(made[1]), "Помогу с печатью")
    book.say(crowd[0], owners.OfferHelp(made[1]), "Помогу со складом")
    offer = book.say(crowd[4], owners.OfferHelp(made[0]), "Дам сканер")
    book.say(crowd[4], owners.WithdrawHelp(offer[0]))
    book.say(crowd[5], owners.OfferHelp(made[0]), "Научу")
    book.say(crowd[0], owners.ClaimDecision(made[0]))
    book.say(crowd[1], owners.ClaimDecision(made[0]))
    book.say(crowd[1], owners.ClaimDecision(made[1]))
    book.say(crowd[1], owners.ReleaseDecision(made[1]), "Не успею")
    book.say(crowd[2], owners.ClaimDecision(made[1]))
    book.say(guests[1], owners.ClaimDecision(made[2]))
    sign(book, crowd[1], made[0])
    sign(book, crowd[0], made[0])
    book.say(host, decisions.EditDecision(made[0], 2, 0), "Печатаем вчетверо меньше", *wording[1:])
    sign(book, crowd[0], made[0])
    sign(book, crowd[2], made[1])
    pass_on(book, made[0], crowd[0], crowd[5])
    absent = ask_absent(book, host, made[3])
    absent.seat = book.say(absent, people.Join(0, "remote"), "Отсутствующий")[0]
    by_link(book, absent, made[3])
    book.say(host, agenda.CloseRoom())
    book.say(host, decisions.SetFate(made[3], "nobody"))
    book.say(host, decisions.SetFate(made[2], "parked"))
    book.say(host, agenda.NextStep())


def at_the_end(book: Recorder, host: Someone, crowd: list[Someone], added: int) -> None:
    """Talk, people shown out and erased, the end, and what is possible after it."""
    for one in crowd[:4]:
        book.say(one, talk.RaiseHand())
    book.say(crowd[1], talk.LowerHand())
    book.say(host, talk.GiveFloor(crowd[2].seat))
    book.say(host, talk.GiveFloor(crowd[0].seat))
    book.say(host, people.RemoveSeat(crowd[3].seat))
    book.say(crowd[3], talk.RaiseHand())
    book.say(host, people.RevokeLink(added))
    parked = [card for card in book.room.all(cards.Card) if card.state == "parked"]
    shown = [card for card in book.room.all(cards.Card) if card.state == "shown"]
    book.say(host, moderation.RestoreCard(parked[0].id))
    book.say(host, moderation.ParkCard(shown[0].id))
    book.say(host, moderation.HideCard(shown[-1].id))
    book.say(host, moderation.ErasePerson(crowd[2].seat))
    book.say(host, agenda.NextStep())
    book.say(host, agenda.CloseRoom())
    book.say(crowd[0], cards.ParkTopic(), "поздно")
    book.say(crowd[4], moderation.ErasePerson(crowd[4].seat))
    book.say(host, moderation.RedactCard(shown[1].id))
    book.say(host, people.RevokeLink(crowd[0].link))
    book.tick(MINUTE)
