"""What a result says, and to whom."""

from collections.abc import Iterable

import msgspec

from rooms.agenda import BackStep, CloseRoom, NextStep, SkipStep, StopInput
from rooms.cards import CardView, ParkTopic, PostIdea
from rooms.decisions import DecisionView, EditDecision, ProposeDecision, SetFate
from rooms.groups import MergeCards
from rooms.kernel import Command
from rooms.moderation import ErasePerson, HideCard
from rooms.owners import (
    ClaimDecision,
    DeclineInvitation,
    InviteOwner,
    OfferHelp,
    ReleaseDecision,
    SignDecision,
)
from rooms.reveal import Reveal
from rooms.roles import ACTING, CUSTOMER, FACILITATOR, LEAD, MEMBER, NAMES, OBSERVER, STAFF, STAGE
from rooms.succession import AskAbsent
from rooms.support import HelpIdea
from rooms.votes import CastDots, ChoiceView
from server.result import Decided, Result
from server.result_build import build
from tests.rooms.scene import MINUTE, Person, Scene, plan

ALL = ACTING | OBSERVER | STAGE


def result(scene: Scene, role: int = MEMBER) -> Result:
    """The result as it stands now."""
    return build("CODE22", scene.room, role, scene.words.get, scene.now)


def decision(scene: Scene, number: int = 1, role: int = MEMBER) -> Decided:
    return result(scene, role).decisions[number - 1]


def claiming(*departments: str) -> Scene:
    """A scene in its claim step."""
    scene = Scene(plan("claim", who=ACTING, sees=ALL), departments=departments)
    scene.next()
    return scene


def propose(scene: Scene, what: str = "Отвечаем за день") -> int:
    return scene.do(scene.host, ProposeDecision(0, []), what, "ответ", "часы", "сила")[0]


def sign(scene: Scene, owner: Person, number: int) -> None:
    view = next(one for one in scene.seen(owner.role, DecisionView) if one.id == number)
    scene.do(owner, SignDecision(number, view.version, view.digest))


def take(scene: Scene, owner: Person, number: int) -> None:
    """Claim and sign."""
    scene.do(owner, ClaimDecision(number))
    sign(scene, owner, number)


def states(decisions: Iterable[Decided]) -> list[str]:
    return [one.state for one in decisions]


# Decisions


def test_decision_names_owner_wording_and_signature() -> None:
    """R2.1, R2.2: a decision stands with its whole wording, its owner's department and role, and
    the time and version of the signature."""
    scene = claiming("ИТ")
    owner = scene.join(LEAD, "Павел", department=scene.department("ИТ"))
    number = propose(scene)
    scene.wait(MINUTE)
    take(scene, owner, number)
    one = decision(scene)
    assert (one.number, one.state) == (1, "signed")
    assert (one.what, one.result, one.measure, one.assumption) == (
        "Отвечаем за день",
        "ответ",
        "часы",
        "сила",
    )
    assert one.due == "2027-03-16"
    assert one.owner and (one.owner.name, one.owner.role) == ("Павел", "lead")
    assert one.owner.department == "ИТ"
    assert one.signature and (one.signature.at_ms, one.signature.version) == (scene.now, 1)
    assert result(scene).next_due == one.due


def test_changed_wording_needs_signing_again() -> None:
    """R2.3: after a letter has changed there is no signature, and the state says so."""
    scene = claiming()
    owner = scene.join()
    number = propose(scene)
    take(scene, owner, number)
    scene.do(scene.host, EditDecision(number, 1, 0), "Отвечаем за два дня")
    one = decision(scene)
    assert (one.state, one.signature, one.version) == ("sign_again", None, 2)
    assert one.owner is not None
    assert result(scene).counts.signed == 0


def test_helpers_stand_with_their_line() -> None:
    """R1.6, R2.2: owner and helpers from three departments are three shares."""
    scene = claiming("ИТ", "Продажи", "Бухгалтерия")
    owner = scene.join(name="Павел", department=scene.department("ИТ"))
    sales = scene.join(name="Олег", department=scene.department("Продажи"))
    books = scene.join(name="Анна", department=scene.department("Бухгалтерия"))
    number = propose(scene)
    take(scene, owner, number)
    scene.do(sales, OfferHelp(number), "десять звонков")
    scene.do(books, OfferHelp(number), "выписки")
    helpers = [(one.name, one.department, one.text) for one in decision(scene).helpers]
    assert helpers == [
        ("Олег", "Продажи", "десять звонков"),
        ("Анна", "Бухгалтерия", "выписки"),
    ]
    shares = [(share.department, share.owns, share.helps) for share in result(scene).shares]
    assert shares == [("ИТ", [1], []), ("Продажи", [], [1]), ("Бухгалтерия", [], [1])]


def test_fates_are_told_apart() -> None:
    """R2.6: what nobody took, was parked or dropped is not among the decisions taken."""
    scene = claiming()
    owner = scene.join()
    numbers = [propose(scene, what) for what in "абвгд"]
    take(scene, owner, numbers[0])
    scene.do(scene.host, SetFate(numbers[1], "nobody"))
    scene.do(scene.host, SetFate(numbers[2], "parked"))
    scene.do(scene.host, SetFate(numbers[3], "dropped"))
    made = result(scene)
    assert states(made.decisions) == ["signed", "nobody", "parked", "dropped", "open"]
    assert (made.counts.decisions, made.counts.signed) == (5, 1)


def test_reason_for_giving_back_stands() -> None:
    """R2.8: whoever gave a decision back said why, until somebody takes it."""
    scene = claiming()
    first, second = scene.people(2)
    number = propose(scene)
    scene.do(first, ClaimDecision(number))
    assert decision(scene).state == "taken"
    scene.do(first, ReleaseDecision(number), "не мой отдел")
    assert (decision(scene).state, decision(scene).reason) == ("open", "не мой отдел")
    scene.do(second, ClaimDecision(number))
    assert decision(scene).reason == ""


def test_declined_invitation_leaves_no_trace() -> None:
    """R2.5: the result is the same whether somebody was asked and declined, or never asked."""
    asked, calm = claiming(), claiming()
    for scene in (asked, calm):
        anna, _ = scene.people(2)
        number = propose(scene)
    asked.do(asked.host, InviteOwner(number, anna.seat))
    asked.do(anna, DeclineInvitation(number))
    for role in NAMES:
        assert result(asked, role) == result(calm, role)


def test_absent_owner_is_awaited_and_not_named() -> None:
    """R2.7: a decision that waits for somebody absent counts as unowned, and does not tell who."""
    scene = claiming()
    scene.join()
    number = propose(scene)
    scene.do(scene.host, AskAbsent(number, LEAD, 14), "Пётр Ильич")
    for role in NAMES:
        (one,) = result(scene, role).decisions
        assert (one.state, one.owner) == ("awaiting", None)
        assert "Пётр" not in repr(result(scene, role))


def test_history_keeps_the_earlier_owner() -> None:
    """R2.8: what was handed over or given back shows whose it was."""
    scene = claiming()
    first, second = scene.join(name="Павел"), scene.join(name="Олег")
    number = propose(scene)
    scene.do(first, ClaimDecision(number))
    scene.do(first, ReleaseDecision(number), "не мой отдел")
    take(scene, second, number)
    history = [(event.deed, event.name) for event in decision(scene).history]
    assert history == [
        ("taken", "Павел"),
        ("given_back", "Павел"),
        ("taken", "Олег"),
        ("signed", "Олег"),
    ]


def test_help_with_an_idea_is_listed() -> None:
    """R1.6: an offer of help with an idea is in the result of those who see the idea."""
    scene = Scene(plan("ideate", who=STAFF, sees=STAFF), plan("reveal", who=STAFF, sees=STAFF))
    anna = scene.join(name="Анна")
    scene.next()
    scene.post(anna, "идея")
    scene.next()
    (card,) = scene.seen(MEMBER, CardView)
    scene.do(anna, HelpIdea(card.id), "выписки")
    (idea,) = result(scene).ideas
    assert (idea.idea, idea.offer.name, idea.offer.text) == ("идея", "Анна", "выписки")
    assert result(scene, CUSTOMER).ideas == []


def test_erased_person_is_not_named() -> None:
    """A name that was erased is null; the fact of the decision stays."""
    scene = claiming()
    owner = scene.join(name="Павел")
    take(scene, owner, propose(scene))
    scene.do(scene.host, ErasePerson(owner.seat))
    one = decision(scene)
    assert one.state == "signed" and one.owner and one.owner.name is None
    assert "Павел" not in repr(result(scene))


# What is for whom


def voting() -> tuple[Scene, list[Person]]:
    """A scene with an internal and an open step, whose cards have been shown and grouped, in its
    vote."""
    scene = Scene(
        plan("ideate", who=ACTING, sees=ALL),
        plan("ideate", who=STAFF, sees=STAFF),
        plan("reveal", who=ACTING, sees=ALL),
        plan("group", who=ACTING, sees=ALL),
        plan("vote", who=ACTING, sees=ALL, budget=3, max_per_item=3),
    )
    people = [*scene.people(3), scene.join(CUSTOMER, "Тамара")]
    scene.next()
    for person in people:
        scene.post(person, f"мысль {person.seat}")
    scene.next()
    scene.post(people[0], "внутреннее")
    scene.next()
    scene.next()
    cards = [view.id for view in scene.seen(CUSTOMER, CardView)]
    scene.do(people[0], MergeCards(cards[:2], 0), "Обещания")
    scene.next()
    for person in people:
        first = scene.seen(CUSTOMER, ChoiceView)[0]
        scene.do(person, CastDots(first.id, 2))
    return scene, people


def test_secret_vote_is_in_no_result_before_it_closes() -> None:
    """V5: while a secret vote is open nobody's result has a count, the moderator's neither."""
    scene, _ = voting()
    for role in NAMES:
        assert result(scene, role).votes == []
    scene.do(scene.host, StopInput())
    for role in NAMES:
        (vote,) = result(scene, role).votes
        assert vote.themes[0].count.dots == 8
        assert vote.people == 4


def test_themes_come_strongest_first_with_their_cards() -> None:
    scene, _ = voting()
    scene.do(scene.host, StopInput())
    (vote,) = result(scene).votes
    dots = [theme.count.dots for theme in vote.themes]
    assert dots == sorted(dots, reverse=True)
    promised = next(theme for theme in vote.themes if theme.text == "Обещания")
    assert len(promised.cards) == 2


def test_votes_are_split_by_voice_of_four() -> None:
    """R6.3: the votes of four people or more stand by their role; fewer are never told apart."""
    scene = Scene(plan("ideate", who=ACTING, sees=ALL), plan("vote", who=ACTING, sees=ALL))
    people = [*scene.people(4), *scene.people(4, CUSTOMER), scene.join(LEAD, "Олег")]
    scene.next()
    scene.post(people[0], "мысль")
    scene.do(scene.host, Reveal(scene.current.id, -1))
    scene.next()
    (choice,) = scene.seen(MEMBER, ChoiceView)
    for person in people:
        scene.do(person, CastDots(choice.id, 1))
    assert result(scene).votes == []
    scene.do(scene.host, StopInput())
    for role in (MEMBER, CUSTOMER, FACILITATOR):
        (vote,) = result(scene, role).votes
        voices = vote.themes[0].voices
        assert sum(voice.count.dots for voice in voices) == 9
        assert all(voice.count.people >= 4 for voice in voices)
        assert {role for voice in voices for role in voice.roles} == {"member", "lead", "customer"}


def test_customer_gets_nothing_internal() -> None:
    """R6.2: nothing of an internal step is in a customer's result: no name, no card, no theme."""
    scene, _ = voting()
    scene.do(scene.host, StopInput())
    for role, sees in ((CUSTOMER, False), (MEMBER, True), (FACILITATOR, True)):
        made = msgspec.json.encode(result(scene, role)).decode()
        assert ("внутреннее" in made) is sees
        hidden = result(scene, role).steps[1]
        assert (hidden.name is not None) is sees
        assert hidden.planned_ms == 5 * MINUTE
    assert result(scene, CUSTOMER).counts.cards == 4
    assert result(scene, MEMBER).counts.cards == 5
    assert result(scene, CUSTOMER).counts.departments is None


def test_no_author_of_a_card_is_named() -> None:
    """R5.6: a result names people for what they took, never for what they wrote."""
    scene, people = voting()
    scene.do(scene.host, StopInput())
    for role in NAMES:
        made = repr(result(scene, role))
        assert "Тамара" not in made and "Человек" not in made


def test_hidden_cards_are_in_no_result() -> None:
    """M1: what a moderator has hidden stands in nobody's result, the moderator's neither."""
    scene, _ = voting()
    scene.do(scene.host, StopInput())
    card = next(view for view in scene.seen(FACILITATOR, CardView) if view.text == "внутреннее")
    scene.do(scene.host, HideCard(card.id))
    for role in NAMES:
        assert "внутреннее" not in repr(result(scene, role))


def test_parking_lot_keeps_side_topics() -> None:
    """R0.5: a topic sent to the parking lot is in the result."""
    scene = Scene(plan("ideate", who=ACTING, sees=ALL))
    person = scene.join()
    scene.next()
    scene.do(person, ParkTopic(), "стоянка для гостей")
    scene.do(person, PostIdea(0), "идея")
    assert result(scene).parking_lot == ["стоянка для гостей"]
    assert result(scene).counts.cards == 1


def test_counts_people_and_departments() -> None:
    scene = claiming("ИТ", "Склад")
    for _ in range(3):
        scene.join(department=scene.department("ИТ"))
    scene.join(CUSTOMER)
    counts = result(scene).counts
    assert (counts.people, counts.departments) == (4, 1)


# Time


def test_minutes_equal_the_log() -> None:
    """R7.2: what every step took, and the whole, follow from the entries' times alone."""
    scene = Scene(
        plan("brief", 5, policy="grace"), plan("discuss", 10), plan("break", 3), plan("close", 4)
    )
    moved: list[int] = []

    def go(command: Command) -> None:
        scene.do(scene.host, command)
        moved.append(scene.now)

    go(NextStep())
    scene.wait(2 * MINUTE)
    go(StopInput())
    scene.wait(MINUTE)  # waiting, in no step
    go(NextStep())
    scene.wait(4 * MINUTE)
    scene.do(scene.host, SkipStep(scene.agenda.order[2], True))
    go(NextStep())
    scene.wait(3 * MINUTE)
    go(CloseRoom())
    first, stopped, second, third, closed = moved
    made = result(scene)
    real = [step.real_ms for step in made.steps]
    assert real == [stopped - first, third - second, 0, closed - third]
    assert made.time.real_ms == closed - first == sum(real) + made.time.between_ms
    assert made.time.between_ms == second - stopped
    assert made.time.planned_ms == 19 * MINUTE
    assert [step.state for step in made.steps] == ["done", "done", "skipped", "done"]


def test_open_step_counts_until_now() -> None:
    scene = Scene(plan("brief", 5), plan("discuss", 10))
    scene.next()
    scene.wait(3 * MINUTE)
    made = result(scene)
    assert [step.real_ms for step in made.steps] == [3 * MINUTE, 0]
    assert (made.time.real_ms, made.time.after_ms) == (3 * MINUTE, 0)


def test_repeated_step_counts_both_times() -> None:
    """R0.2: what a step took when it was opened again is added to what it took before."""
    scene = Scene(plan("brief", 5), plan("discuss", 10))
    scene.next()
    scene.wait(2 * MINUTE)
    scene.next()
    scene.wait(MINUTE)
    scene.do(scene.host, BackStep())
    scene.wait(MINUTE)
    made = result(scene)
    assert [step.real_ms for step in made.steps] == [3 * MINUTE, MINUTE]
    assert made.time.real_ms == 4 * MINUTE


def test_closing_the_next_day_makes_the_session_no_longer() -> None:
    scene = Scene(plan("brief", 5, policy="hard"))
    scene.next()
    scene.tick(5 * MINUTE)
    scene.wait(24 * 60 * MINUTE)
    assert result(scene).time.real_ms == 5 * MINUTE
    scene.do(scene.host, CloseRoom())
    time = result(scene).time
    assert (time.real_ms, time.after_ms) == (5 * MINUTE, 24 * 60 * MINUTE)


def test_room_in_its_lobby_has_a_result() -> None:
    """Before the session begins there is a result that says so."""
    scene = Scene(plan("brief", 5), plan("discuss", 10))
    for role in NAMES:
        made = result(scene, role)
        assert (made.state, made.decisions, made.votes) == ("lobby", [], [])
        assert (made.time.planned_ms, made.time.real_ms) == (15 * MINUTE, 0)
        assert made.next_due is None


def test_room_closed_before_it_began() -> None:
    scene = Scene(plan("brief", 5))
    scene.do(scene.host, CloseRoom())
    assert result(scene).state == "over"
    assert result(scene).time.real_ms == 0
