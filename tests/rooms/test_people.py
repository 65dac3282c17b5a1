"""Links, seats and departments: who is in the room."""

import pytest

from rooms import roles
from rooms.agenda import BackStep, OpenRoom
from rooms.cards import CardView, IdeationView, PostIdea
from rooms.decisions import Decision, DecisionView, DraftingView, ProposeDecision
from rooms.departments import CoverageView, DepartmentView
from rooms.features import new_room, standing
from rooms.groups import GroupingView, GroupView, MergeCards, MergeView
from rooms.kernel import Draft, Entry
from rooms.moderation import ErasePerson
from rooms.owners import ClaimDecision, HelpView, OfferHelp
from rooms.people import (
    AddLink,
    ChangeProfile,
    Join,
    LinkView,
    MeView,
    RemoveSeat,
    RevokeLink,
    Seat,
    SeatView,
)
from rooms.polls import PollView
from rooms.reveal import ShowingView
from rooms.roles import (
    COFACILITATOR,
    CUSTOMER,
    FACILITATOR,
    LEAD,
    MEMBER,
    OBSERVER,
    STAGE,
)
from rooms.steps import StepView
from rooms.talk import Hand, HandView, RaiseHand
from rooms.turnout import TurnoutView
from rooms.voices import viewpoint_groups
from rooms.votes import CastDots, Choice, ChoiceView, TallyView
from tests.rooms.scene import SERVER, T0, Scene, plan

SIX = ("Склад", "Продажи", "Бухгалтерия", "Сервис", "Логистика", "Кадры", "Право", "Охрана")


def test_p1_links_are_made_with_the_room() -> None:
    scene = Scene(links=(FACILITATOR, MEMBER))
    assert [link.role for link in scene.seen(FACILITATOR, LinkView)] == [FACILITATOR, MEMBER]
    assert scene.seen(MEMBER, LinkView) == []


def test_p1_moderators_add_links() -> None:
    scene = Scene()
    scene.do(scene.host, AddLink(MEMBER))
    scene.refuses("unknown_role", scene.host, AddLink(MEMBER | STAGE))
    assert len(scene.seen(FACILITATOR, LinkView)) == len(roles.NAMES) + 1


def test_p1_last_facilitator_stays() -> None:
    scene = Scene()
    scene.refuses("last_facilitator_link", scene.host, RevokeLink(scene.host.link))
    scene.do(scene.host, AddLink(FACILITATOR))
    scene.do(scene.host, RevokeLink(scene.host.link))
    scene.refuses("link_revoked", scene.host, AddLink(MEMBER))
    scene.refuses("unknown_link", scene.join(COFACILITATOR), RevokeLink(5))


def test_p1_facilitators_alone_rule_their_links() -> None:
    scene = Scene()
    deputy = scene.join(COFACILITATOR)
    scene.refuses("not_your_role", deputy, AddLink(FACILITATOR))
    scene.refuses("not_your_role", deputy, RevokeLink(scene.host.link))
    scene.do(deputy, RevokeLink(scene.links[MEMBER]))


def test_p2_join_takes_a_seat() -> None:
    scene = Scene()
    anna = scene.join(MEMBER, "Анна", place="onsite")
    (seat,) = scene.seen(FACILITATOR, SeatView)
    assert (seat.id, seat.name, seat.role, seat.place) == (anna.seat, "Анна", MEMBER, "onsite")
    (me,) = scene.own(anna, MeView)
    assert (me.name, me.place) == ("Анна", "onsite")


def test_p2_list_of_people_is_for_moderators() -> None:
    scene = Scene()
    scene.join(MEMBER, "Анна")
    for role in roles.NAMES:
        assert bool(scene.seen(role, SeatView)) is bool(role & roles.MODERATORS)
        assert ("Анна" in repr(scene.table(role))) is bool(role & roles.MODERATORS)


def test_p2_join_needs_a_name_and_no_seat() -> None:
    scene = Scene()
    guest = scene.guest(MEMBER)
    scene.refuses("missing_words", guest, Join(0, "remote"))
    scene.refuses("already_joined", scene.join(), Join(0, "remote"), "Анна")
    scene.refuses("not_your_role", scene.guest(STAGE), Join(0, "remote"), "Экран")


def test_p3_standing_follows_link_and_seat() -> None:
    scene = Scene()
    anna, boris = scene.join(), scene.join()
    link = anna.link
    assert standing(scene.room, link, 0) == standing(scene.room, link, anna.seat) == MEMBER
    assert standing(scene.room, 5, 0) == 0
    assert standing(scene.room, link, 5) == 0
    assert standing(scene.room, scene.links[LEAD], anna.seat) == 0
    scene.do(scene.host, RemoveSeat(anna.seat))
    assert standing(scene.room, link, anna.seat) == 0
    assert standing(scene.room, link, boris.seat) == MEMBER
    scene.do(scene.host, RevokeLink(link))
    assert standing(scene.room, link, boris.seat) == 0


def test_p4_departments_are_expected_or_named() -> None:
    scene = Scene(departments=("Склад",))
    anna = scene.join(department=scene.department("Склад"), new="Лишнее")
    boris = scene.join(new="Кухня")
    views = {view.name: view for view in scene.seen(MEMBER, DepartmentView)}
    assert views["Склад"].expected and views["Склад"].internal
    assert not views["Кухня"].expected
    assert scene.own(anna, MeView)[0].department == views["Склад"].id
    assert scene.own(boris, MeView)[0].department == views["Кухня"].id
    assert "Лишнее" not in scene.words.values()
    assert scene.seen(CUSTOMER, DepartmentView) == []


def test_p4_department_must_exist() -> None:
    scene = Scene()
    scene.refuses("unknown_department", scene.guest(MEMBER), Join(77, "remote"), "Анна")


def test_p4_departments_are_not_endless() -> None:
    names = tuple(f"Отдел {n}" for n in range(200))
    scene = Scene(departments=names)
    scene.refuses("too_many_departments", scene.guest(MEMBER), Join(0, "remote"), "Анна", "Ещё")
    design = OpenRoom(1, "ru", [plan("brief")], [], [True] * 201)
    digests = (b"1" * 16,) * 203
    entry = Entry(1, T0, SERVER, 0, 0, 0, 0, design, digests)
    assert new_room().apply(entry).refused == "too_many_departments"


def test_p4_expected_department_needs_a_name() -> None:
    design = OpenRoom(1, "ru", [plan("brief")], [], [True])
    entry = Entry(1, T0, SERVER, 0, 0, 0, 0, design, (b"1" * 16, b"2" * 16))
    assert new_room().apply(entry).refused == "missing_words"


def test_p5_coverage_counts_people_of_departments() -> None:
    """R1.1: ten people of six departments; two of the eight invited are missing."""
    scene = Scene(departments=SIX)
    for n in range(10):
        scene.join(department=scene.department(SIX[n % 6]))
    joined = [view.joined for view in scene.seen(FACILITATOR, CoverageView)]
    assert sorted(joined) == [0, 0, 1, 1, 2, 2, 2, 2]
    missing = {view.id for view in scene.seen(FACILITATOR, CoverageView) if not view.joined}
    assert missing == {scene.department("Право"), scene.department("Охрана")}
    assert scene.seen(MEMBER, CoverageView) == []


def test_p5_coverage_follows_whoever_moves_or_leaves() -> None:
    scene = Scene(departments=SIX[:2])
    store, sales = scene.department("Склад"), scene.department("Продажи")
    anna, boris = scene.join(department=store), scene.join(department=store)
    clara = scene.join(department=store)

    def counts() -> dict[int, int]:
        return {view.id: view.joined for view in scene.seen(FACILITATOR, CoverageView)}

    scene.do(anna, ChangeProfile(sales, "remote"), "Анна")
    assert counts() == {store: 2, sales: 1}
    scene.do(scene.host, RemoveSeat(boris.seat))
    scene.do(scene.host, RemoveSeat(boris.seat))
    assert counts() == {store: 1, sales: 1}
    scene.do(clara, ErasePerson(clara.seat))
    scene.do(scene.host, ErasePerson(boris.seat))
    assert counts() == {store: 0, sales: 1}


def test_p6_profile_is_changed_by_its_owner() -> None:
    scene = Scene()
    anna = scene.join(MEMBER, "Аня")
    scene.do(anna, ChangeProfile(0, "onsite"), "Анна", "Кухня")
    (me,) = scene.own(anna, MeView)
    assert (me.name, me.place, me.department) == ("Анна", "onsite", scene.department("Кухня"))
    scene.refuses("missing_words", anna, ChangeProfile(0, "onsite"))


def test_p6_earlier_names_are_known_and_bounded() -> None:
    scene = Scene()
    anna = scene.join(MEMBER, "Имя 0")
    for n in range(1, 25):
        scene.do(anna, ChangeProfile(0, "remote"), f"Имя {n}")
    assert len(scene.one(Seat, anna.seat).earlier) == 20
    kept = sorted(word for word in scene.words.values() if word.startswith("Имя"))
    assert len(kept) == 21


def test_p7_shown_out_is_out() -> None:
    scene = Scene(plan("discuss"))
    anna = scene.join()
    scene.next()
    scene.do(anna, RaiseHand())
    scene.do(scene.host, RemoveSeat(anna.seat))
    scene.refuses("seat_removed", anna, RaiseHand())
    assert scene.one(Seat, anna.seat).state == "removed"
    assert list(scene.room.all(Hand)) == []


def test_p7_moderators_are_not_shown_out() -> None:
    scene = Scene()
    deputy = scene.join(COFACILITATOR)
    scene.refuses("not_a_participant", scene.host, RemoveSeat(deputy.seat))
    scene.refuses("unknown_seat", scene.host, RemoveSeat(5))


def test_p7_revoked_link_shows_its_people_out() -> None:
    scene = Scene()
    anna, boss = scene.join(), scene.join(LEAD)
    scene.do(scene.host, RevokeLink(anna.link))
    assert scene.one(Seat, anna.seat).state == "removed"
    assert scene.one(Seat, boss.seat).state == "here"


# What an outsider in the hall must not see on the stage


def internal_evening() -> Scene:
    """A session whose steps a customer may not see, with something of everything on the stage."""
    scene = Scene(
        plan("ideate", hidden=False),
        plan("group", max_groups=3),
        plan("vote", secret_until_close=False),
        plan("draft"),
        plan("claim"),
        plan("reveal"),
        plan("discuss"),
    )
    anna, boris = scene.join(), scene.join()
    scene.next()
    first, second = scene.post(anna, "раз"), scene.post(boris, "два")
    scene.next()
    scene.do(anna, MergeCards([first], 0), "Тема")
    scene.next()
    choices = [choice for choice in scene.room.all(Choice) if choice.target == second]
    scene.do(anna, CastDots(choices[0].id, 1))
    scene.next()
    scene.do(anna, ProposeDecision(0, []), "Сделать")
    scene.next()
    (decision,) = scene.room.all(Decision)
    scene.do(boris, OfferHelp(decision.id), "Помогу")
    scene.do(anna, ClaimDecision(decision.id))
    scene.next()
    scene.next()
    scene.do(anna, RaiseHand())
    return scene


ON_STAGE = (
    CardView,
    GroupView,
    MergeView,
    ChoiceView,
    TallyView,
    DecisionView,
    HelpView,
    HandView,
    TurnoutView,
    IdeationView,
    GroupingView,
    PollView,
    DraftingView,
    ShowingView,
)


def test_p8_stage_shows_what_everybody_in_the_hall_may_see() -> None:
    scene = internal_evening()
    scene.join(CUSTOMER, place="remote")
    scene.join(MEMBER, place="onsite")
    scene.join(COFACILITATOR, place="onsite")
    for kind in ON_STAGE:
        assert scene.seen(STAGE, kind), kind


def test_p8_outsider_on_site_empties_the_stage() -> None:
    """R6.2: what a customer may not see leaves the screen when a customer enters the hall."""
    scene = internal_evening()
    stood = scene.room.seq
    scene.join(CUSTOMER, place="onsite")
    for kind in ON_STAGE:
        assert scene.seen(STAGE, kind) == [], kind
        assert scene.seen(MEMBER, kind), kind
    assert {step.kind for step in scene.seen(STAGE, StepView)} == {""}
    gone = scene.room.view(stood, STAGE, scene.words.get)[1]
    assert {tag for tag, _ in gone} >= {"card", "group", "choice", "tally", "decision", "hand"}


def test_p8_what_an_outsider_may_see_stays_on_the_stage() -> None:
    both = roles.STAFF | CUSTOMER
    scene = Scene(
        plan("ideate", hidden=False),
        plan("ideate", who=both, hidden=False),
        plan("vote", who=both, secret_until_close=False),
        plan("discuss", who=both),
    )
    anna = scene.join()
    for text in ("наше", "общее"):
        scene.next()
        scene.post(anna, text)
    scene.next()
    scene.next()
    scene.do(anna, RaiseHand())
    assert len(scene.seen(STAGE, ChoiceView)) == len(scene.seen(STAGE, TallyView)) == 2
    scene.join(CUSTOMER, place="onsite")
    assert scene.texts(STAGE) == ["общее"]
    assert len(scene.seen(STAGE, ChoiceView)) == len(scene.seen(STAGE, TallyView)) == 1
    assert len(scene.seen(STAGE, HandView)) == 1


def test_p8_moving_into_the_hall_counts_too() -> None:
    scene = internal_evening()
    guest = scene.join(CUSTOMER)
    scene.do(guest, ChangeProfile(0, "onsite"), "Гость")
    assert scene.seen(STAGE, CardView) == []


def test_p8_step_opened_before_an_outsider_is_shielded() -> None:
    scene = Scene(plan("ideate", hidden=False), plan("brief", who=CUSTOMER | roles.STAFF))
    scene.join(CUSTOMER, place="onsite")
    assert scene.seen(STAGE, IdeationView)
    scene.next()
    scene.post(scene.join(), "раз")
    assert scene.seen(STAGE, CardView) == []
    assert scene.seen(STAGE, IdeationView) == []
    scene.next()
    assert scene.seen(STAGE, StepView)[-1].kind == "brief"


def test_p8_step_put_back_is_shielded_too() -> None:
    scene = Scene(plan("brief"), plan("ideate", hidden=False))
    scene.next()
    scene.next()
    scene.post(scene.join(), "раз")
    scene.do(scene.host, BackStep())
    scene.join(CUSTOMER, place="onsite")
    assert scene.seen(STAGE, CardView) == []


# Viewpoints of anonymous cards


@pytest.mark.parametrize(
    ("present", "groups"),
    [
        ({MEMBER: 3}, 0),
        ({MEMBER: 4}, MEMBER),
        ({MEMBER: 4, LEAD: 4}, MEMBER | LEAD),
        ({MEMBER: 5, LEAD: 3}, 0),
        ({MEMBER: 5, LEAD: 4, CUSTOMER: 2}, MEMBER),
        ({MEMBER: 5, LEAD: 2, CUSTOMER: 2}, MEMBER),
        ({MEMBER: 9, LEAD: 4, CUSTOMER: 4, OBSERVER: 1}, MEMBER | LEAD | CUSTOMER),
    ],
)
def test_p9_viewpoint_is_shared_by_four_and_so_is_the_rest(
    present: dict[int, int], groups: int
) -> None:
    """R5.6: neither a role nor "the others" may point to fewer than four people."""
    who = MEMBER | LEAD | CUSTOMER
    scene = Scene(plan("ideate", who=who, anonymous=True))
    for role, count in present.items():
        scene.people(count, role)
    assert scene.next().groups == groups
    assert viewpoint_groups(Draft(scene.room, scene.entries[-1], T0), who) == groups


def test_p9_few_people_are_warned() -> None:
    """R5.6: below four participants the step says so."""
    scene = Scene(plan("ideate", who=MEMBER, anonymous=True), plan("ideate", who=MEMBER))
    scene.people(3)
    scene.people(5, LEAD)
    assert scene.next().few
    assert scene.seen(MEMBER, StepView)[-1].few
    assert not scene.next().few


def test_p9_newcomer_who_does_not_write_changes_nothing() -> None:
    scene = Scene(plan("ideate", who=MEMBER, anonymous=True))
    members = scene.people(4)
    assert scene.next().groups == MEMBER
    scene.do(scene.host, RemoveSeat(members[0].seat))
    scene.join(OBSERVER)
    assert scene.current.groups == MEMBER


def test_p9_newcomer_never_stands_alone() -> None:
    """R5.6: a leader who comes late would be the only one without a viewpoint."""
    scene = Scene(plan("ideate", anonymous=True), plan("reveal"))
    members = scene.people(5)
    assert scene.next().groups == MEMBER
    scene.blind(members[0], PostIdea(0), "ранняя")
    scene.join(MEMBER)
    assert scene.current.groups == MEMBER
    boss = scene.join(LEAD)
    assert scene.current.groups == 0
    scene.blind(boss, PostIdea(0), "поздняя")
    scene.next()
    assert {card.role for card in scene.seen(FACILITATOR, CardView)} == {0}


def test_p10_an_open_link_lets_the_newcomer_choose() -> None:
    """R6.2: one link for several roles; each newcomer has the one that was chosen."""
    scene = Scene(links=(FACILITATOR, MEMBER | LEAD | CUSTOMER))
    anna, boris = (scene.guest(MEMBER | LEAD | CUSTOMER) for _ in range(2))
    for person, role in ((anna, LEAD), (boris, CUSTOMER)):
        person.role = CUSTOMER  # whoever has not chosen sees what a customer sees
        person.seat = scene.do(person, Join(0, "onsite", role), "Имя")[0]
        person.role = role
        assert standing(scene.room, person.link, person.seat) == role
    assert [seat.role for seat in scene.seen(FACILITATOR, SeatView)] == [LEAD, CUSTOMER]
    assert standing(scene.room, anna.link, 0) == CUSTOMER
    boris.role = LEAD
    scene.refuses("seat_removed", boris, ChangeProfile(0, "remote"), "Борис")


@pytest.mark.parametrize("role", [0, MEMBER | LEAD, CUSTOMER, FACILITATOR, STAGE])
def test_p10_a_role_that_the_link_does_not_offer_is_refused(role: int) -> None:
    scene = Scene(links=(FACILITATOR, MEMBER | LEAD))
    person = scene.guest(MEMBER | LEAD)
    person.role = MEMBER
    scene.refuses("unknown_role", person, Join(0, "onsite", role), "Имя")


def test_p10_nobody_acts_in_another_role_before_choosing() -> None:
    scene = Scene(links=(FACILITATOR, MEMBER | LEAD))
    person = scene.guest(MEMBER | LEAD)
    person.role = LEAD
    scene.refuses("link_revoked", person, Join(0, "onsite", LEAD), "Имя")


@pytest.mark.parametrize("roles", [MEMBER | FACILITATOR, MEMBER | STAGE])
def test_p10_no_link_lets_people_choose_to_moderate(roles: int) -> None:
    scene = Scene()
    scene.refuses("unknown_role", scene.host, AddLink(roles))
