"""Decisions: worded, taken by one person of own will, signed in that wording."""

from itertools import permutations

import pytest

from rooms import decisions
from rooms.agenda import CloseRoom, StopInput
from rooms.decisions import (
    Decision,
    DecisionView,
    DraftingView,
    EditDecision,
    ProposeDecision,
    SetFate,
)
from rooms.moderation import ErasePerson
from rooms.owners import (
    AskingView,
    ClaimDecision,
    DeclineInvitation,
    HelpView,
    InvitationView,
    InviteOwner,
    OfferHelp,
    ReleaseDecision,
    SignDecision,
    WithdrawHelp,
)
from rooms.people import RemoveSeat
from rooms.roles import COFACILITATOR, CUSTOMER, FACILITATOR, LEAD, MEMBER, MODERATORS, NAMES, STAGE
from tests.rooms.scene import DAY, T0, Person, Scene, plan

TODAY = T0 // DAY


def deciding(**settings: int) -> Scene:
    """A session that stands at wording decisions."""
    scene = Scene(plan("draft", more=settings), plan("claim"), plan("discuss"))
    scene.next()
    return scene


def claiming() -> tuple[Scene, int]:
    """A decision that waits for its owner, and the step for taking it."""
    scene = deciding()
    number = scene.do(scene.host, ProposeDecision(0, []), "Починить поиск", "быстрее", "мера", "")[
        0
    ]
    scene.next()
    return scene, number


def taken() -> tuple[Scene, int, Person]:
    scene, number = claiming()
    anna = scene.join(LEAD, "Анна", new="Склад")
    scene.do(anna, ClaimDecision(number))
    return scene, number, anna


def sign(scene: Scene, number: int, **other: int) -> SignDecision:
    """What the owner's phone would send."""
    decision = scene.one(Decision, number)
    return SignDecision(number, other.get("version", decision.version), decision.digest)


# Wording


def test_d1_decision_is_worded_in_four_parts() -> None:
    scene = deciding()
    anna = scene.join()
    number = scene.do(anna, ProposeDecision(TODAY + 7, [5]), "Что", "Зачем", "Мера", "Допущение")[0]
    (view,) = scene.seen(STAGE, DecisionView)
    assert (view.what, view.result, view.measure, view.assumption) == (
        "Что",
        "Зачем",
        "Мера",
        "Допущение",
    )
    assert (view.id, view.author, view.version, view.due) == (number, anna.seat, 1, TODAY + 7)
    assert (view.sources, view.fate, view.owner, view.signed) == ((5,), "open", 0, False)


def test_d1_what_we_do_must_be_said() -> None:
    scene = deciding()
    scene.refuses("missing_words", scene.join(), ProposeDecision(0, []), "", "Зачем")
    scene.do(scene.join(), ProposeDecision(0, []), "Что")
    assert scene.seen(MEMBER, DecisionView)[0].assumption == ""


def test_d2_decisions_are_few() -> None:
    scene = deciding(max_decisions=1)
    assert scene.seen(MEMBER, DraftingView)[0].max_decisions == 1
    first = scene.do(scene.host, ProposeDecision(0, []), "Первое")[0]
    scene.refuses("too_many_decisions", scene.host, ProposeDecision(0, []), "Второе")
    scene.do(scene.host, SetFate(first, "dropped"))
    scene.do(scene.host, ProposeDecision(0, []), "Второе")


def test_d2_a_session_has_so_many_in_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decisions, "MOST_DECISIONS", 1)
    scene, _ = claiming()
    scene.refuses("too_many_decisions", scene.host, ProposeDecision(0, []), "Второе")


def test_d2_moderators_word_whenever_the_session_runs() -> None:
    scene = Scene(plan("brief"))
    scene.refuses("not_open_yet", scene.host, ProposeDecision(0, []), "Рано")
    scene.next()
    scene.do(scene.host, ProposeDecision(0, []), "Вовремя")
    scene.refuses("wrong_kind", scene.join(), ProposeDecision(0, []), "Нет")
    scene.refuses("no_seat", scene.guest(MEMBER), ProposeDecision(0, []), "Нет")


def test_d3_new_wording_is_a_new_version() -> None:
    scene = deciding()
    anna = scene.join()
    number = scene.do(anna, ProposeDecision(0, []), "Что")[0]
    before = scene.one(Decision, number)
    scene.do(anna, EditDecision(number, 1, TODAY + 3), "Иначе")
    after = scene.one(Decision, number)
    assert (after.version, after.due) == (2, TODAY + 3) and after.digest != before.digest
    scene.refuses("wording_changed", anna, EditDecision(number, 1, 0), "Ещё")
    scene.refuses("missing_words", anna, EditDecision(number, 2, 0))


def test_d3_author_owner_and_moderators_reword() -> None:
    scene, number, anna = taken()
    scene.refuses("not_yours", scene.join(), EditDecision(number, 1, 0), "Чужое")
    scene.refuses("no_seat", scene.guest(MEMBER), EditDecision(number, 1, 0), "Чужое")
    scene.do(anna, EditDecision(number, 1, 0), "Моё")
    scene.do(scene.host, EditDecision(number, 2, 0), "Ведущий")
    scene.refuses("unknown_decision", anna, EditDecision(5, 1, 0), "Нет")


def test_d10_what_was_set_aside_is_not_reworded() -> None:
    scene, number, anna = taken()
    scene.do(scene.host, SetFate(number, "parked"))
    scene.refuses("not_open", anna, EditDecision(number, 1, 0), "Моё")


def test_d1_date_is_proposed_and_never_past() -> None:
    scene = deciding()
    number = scene.do(scene.host, ProposeDecision(0, []), "Что")[0]
    assert scene.one(Decision, number).due == TODAY + 60
    scene.refuses("due_is_past", scene.host, ProposeDecision(TODAY - 1, []), "Что")
    scene.do(scene.host, ProposeDecision(TODAY, []), "Что")


def test_d1_proposed_date_keeps_to_the_steps_horizon() -> None:
    scene = deciding(due_within_days=14)
    number = scene.do(scene.host, ProposeDecision(0, []), "Что")[0]
    assert scene.one(Decision, number).due == TODAY + 14
    assert scene.seen(MEMBER, DraftingView)[0].due_within_days == 14


# Taking


def test_d4_claim_names_its_owner() -> None:
    scene, number, anna = taken()
    (view,) = scene.seen(STAGE, DecisionView)
    assert (view.owner, view.owner_name, view.owner_role, view.department) == (
        anna.seat,
        "Анна",
        LEAD,
        "Склад",
    )
    scene.refuses("already_yours", anna, ClaimDecision(number))


@pytest.mark.parametrize("order", list(permutations(range(4))))
def test_d4_race_has_one_owner(order: tuple[int, ...]) -> None:
    """R2.4: whoever comes first owns it, the others are told."""
    scene, number = claiming()
    people = scene.people(4)
    answers = [scene.attempt(people[n], ClaimDecision(number)).refused for n in order]
    assert answers == ["", *["already_claimed"] * 3]
    assert scene.one(Decision, number).owner == people[order[0]].seat


def test_d4_nobody_takes_it_for_somebody_else() -> None:
    """R2.5: a claim carries no name but its sender's."""
    assert ClaimDecision.__struct_fields__ == ("decision",)
    scene, number = claiming()
    scene.refuses("no_seat", scene.host, ClaimDecision(number))


def test_d4_claims_have_their_step() -> None:
    scene = deciding()
    anna = scene.join()
    number = scene.do(anna, ProposeDecision(0, []), "Что")[0]
    scene.refuses("wrong_kind", anna, ClaimDecision(number))
    scene.next()
    scene.do(scene.host, StopInput())
    scene.refuses("too_late", anna, ClaimDecision(number))


def test_d13_decision_of_another_circle_is_unknown() -> None:
    scene = Scene(plan("draft"), plan("claim", who=MEMBER | LEAD | CUSTOMER))
    scene.next()
    number = scene.do(scene.host, ProposeDecision(0, []), "Наше")[0]
    scene.next()
    scene.refuses("unknown_decision", scene.join(CUSTOMER), ClaimDecision(number))


def test_d7_owner_gives_it_back_with_a_reason() -> None:
    scene, number, anna = taken()
    scene.do(anna, sign(scene, number))
    scene.refuses("missing_words", anna, ReleaseDecision(number))
    scene.refuses("not_yours", scene.join(), ReleaseDecision(number), "не успеет")
    scene.do(anna, ReleaseDecision(number), "не успею")
    (view,) = scene.seen(MEMBER, DecisionView)
    assert (view.owner, view.owner_name, view.department, view.signed) == (0, "", "", False)
    assert (view.signed_version, view.reason) == (0, "не успею")
    boris = scene.join()
    scene.do(boris, ClaimDecision(number))
    assert scene.seen(MEMBER, DecisionView)[0].reason == ""
    assert "не успею" not in scene.words.values()


# Signing


def test_d5_owner_signs_the_exact_wording() -> None:
    """R2.3: who, role, department, time, version and digest are kept."""
    scene, number, anna = taken()
    scene.wait(3_000)
    scene.do(anna, sign(scene, number))
    decision = scene.one(Decision, number)
    assert (decision.owner, decision.owner_role) == (anna.seat, LEAD)
    assert (decision.signed_version, decision.signed_digest) == (1, decision.digest)
    assert decision.signed_ms == scene.now and scene.words[decision.department_name] == "Склад"
    assert scene.seen(STAGE, DecisionView)[0].signed
    scene.refuses("already_signed", anna, sign(scene, number))


def test_d5_nobody_else_can_sign() -> None:
    """R2.3: neither the moderator nor another participant nor a helper."""
    scene, number, _ = taken()
    helper, deputy = scene.join(), scene.join(COFACILITATOR)
    scene.do(helper, OfferHelp(number), "Помогу")
    scene.refuses("no_seat", scene.host, sign(scene, number))
    scene.refuses("not_yours", deputy, sign(scene, number))
    scene.refuses("not_yours", helper, sign(scene, number))
    assert not scene.one(Decision, number).signed


def test_d5_unowned_decision_is_not_signed() -> None:
    scene, number = claiming()
    scene.refuses("not_yours", scene.join(), sign(scene, number))


def test_d5_another_wording_is_not_signed() -> None:
    """R2.3: what was on the screen is what is signed."""
    scene, number, anna = taken()
    stale = sign(scene, number)
    scene.do(scene.host, EditDecision(number, 1, 0), "Иначе")
    scene.refuses("wording_changed", anna, stale)
    scene.refuses("wording_changed", anna, sign(scene, number, version=1))
    scene.refuses("wording_changed", anna, SignDecision(number, 2, stale.digest))
    scene.do(anna, sign(scene, number))


def test_d5_signing_and_giving_back_have_their_step() -> None:
    scene, number, anna = taken()
    scene.next()
    scene.refuses("wrong_kind", anna, sign(scene, number))
    scene.refuses("wrong_kind", anna, ReleaseDecision(number), "не успею")
    scene.refuses("wrong_kind", anna, OfferHelp(number), "Помогу")


def test_d6_changed_letter_voids_the_signature() -> None:
    """R2.3: the decision then asks to be signed again."""
    scene, number, anna = taken()
    scene.do(anna, sign(scene, number))
    scene.do(scene.host, EditDecision(number, 1, 0), "Починить поиск!")
    (view,) = scene.seen(MEMBER, DecisionView)
    assert (view.signed, view.signed_version, view.owner) == (False, 1, anna.seat)
    scene.refuses("decisions_without_fate", scene.host, CloseRoom())
    scene.do(anna, sign(scene, number))
    assert scene.seen(MEMBER, DecisionView)[0].signed_version == 2


def test_d6_changed_date_voids_the_signature() -> None:
    scene, number, anna = taken()
    scene.do(anna, sign(scene, number))
    words = ("Починить поиск", "быстрее", "мера", "")
    scene.do(anna, EditDecision(number, 1, TODAY + 1), *words)
    assert not scene.one(Decision, number).signed


def test_d15_same_words_twice_are_two_wordings() -> None:
    scene = deciding()
    number = scene.do(scene.host, ProposeDecision(0, []), "Что", "Зачем")[0]
    first = scene.one(Decision, number).digest
    scene.do(scene.host, EditDecision(number, 1, 0), "Что", "Зачем")
    assert scene.one(Decision, number).digest != first


# Helping and asking


def test_d11_help_is_kept_apart() -> None:
    """R2.4: helpers are no owners."""
    scene, number, anna = taken()
    boris = scene.join(MEMBER, "Борис", new="Кухня")
    offer = scene.do(boris, OfferHelp(number), "Данные")[0]
    (view,) = scene.seen(STAGE, HelpView)
    assert (view.id, view.decision, view.seat) == (offer, number, boris.seat)
    assert (view.name, view.department, view.text) == ("Борис", "Кухня", "Данные")
    assert scene.one(Decision, number).owner == anna.seat
    scene.refuses("already_yours", anna, OfferHelp(number), "Сам себе")
    scene.refuses("missing_words", boris, OfferHelp(number))


def test_d11_offer_can_change_and_go() -> None:
    scene, number, anna = taken()
    boris = scene.join()
    offer = scene.do(boris, OfferHelp(number), "Данные")[0]
    assert scene.do(boris, OfferHelp(number), "Люди") == ()
    assert [view.text for view in scene.seen(MEMBER, HelpView)] == ["Люди"]
    scene.refuses("not_yours", anna, WithdrawHelp(offer))
    scene.refuses("unknown_help", boris, WithdrawHelp(5))
    scene.do(boris, WithdrawHelp(offer))
    assert scene.seen(MEMBER, HelpView) == []
    assert not {"Данные", "Люди"} & set(scene.words.values())


def test_d11_helper_who_takes_it_helps_no_longer() -> None:
    scene, number = claiming()
    boris, clara = scene.people(2)
    scene.do(boris, OfferHelp(number), "Данные")
    scene.do(clara, OfferHelp(number), "Люди")
    scene.do(boris, ClaimDecision(number))
    assert [view.seat for view in scene.seen(MEMBER, HelpView)] == [clara.seat]
    assert "Данные" not in scene.words.values()


def test_d8_invitation_is_seen_by_the_invited_and_moderators() -> None:
    scene, number = claiming()
    anna = scene.join()
    scene.do(scene.host, InviteOwner(number, anna.seat))
    assert [view.id for view in scene.own(anna, InvitationView)] == [number]
    for role in NAMES:
        assert bool(scene.seen(role, AskingView)) is bool(role & MODERATORS)
    assert scene.one(Decision, number).owner == 0
    scene.refuses("already_asked", scene.host, InviteOwner(number, anna.seat))


def test_d8_only_somebody_who_is_here_can_be_asked() -> None:
    scene, number = claiming()
    anna = scene.join()
    scene.refuses("unknown_seat", scene.host, InviteOwner(number, 5))
    scene.refuses("unknown_seat", scene.host, InviteOwner(number, scene.join(CUSTOMER).seat))
    scene.do(anna, ClaimDecision(number))
    scene.refuses("already_claimed", scene.host, InviteOwner(number, scene.join().seat))
    scene.refuses("unknown_decision", scene.host, InviteOwner(5, anna.seat))
    boris = scene.join()
    scene.do(scene.host, RemoveSeat(boris.seat))
    scene.do(anna, ReleaseDecision(number), "нет")
    scene.refuses("unknown_seat", scene.host, InviteOwner(number, boris.seat))


def test_d9_declining_leaves_no_trace() -> None:
    """R2.5: only moderators learn it, and no report tells it."""
    scene, number = claiming()
    anna, boris = scene.join(), scene.join()
    scene.do(scene.host, InviteOwner(number, anna.seat))
    scene.do(scene.host, InviteOwner(number, boris.seat))
    before = {role: scene.table(role) for role in NAMES}
    stood = scene.room.seq
    scene.do(anna, DeclineInvitation(number))
    for role in NAMES:
        if not role & MODERATORS:
            assert scene.table(role) == before[role]
            assert scene.room.view(stood, role, scene.words.get) == ([], [])
    assert scene.own(anna, InvitationView) == []
    states = {view.seat: view.state for view in scene.seen(FACILITATOR, AskingView)}
    assert states == {anna.seat: "declined", boris.seat: "asked"}
    scene.refuses("unknown_invitation", anna, DeclineInvitation(number))
    scene.refuses("already_asked", scene.host, InviteOwner(number, anna.seat))


def test_d8_claim_answers_the_invitation() -> None:
    scene, number = claiming()
    anna = scene.join()
    scene.do(scene.host, InviteOwner(number, anna.seat))
    scene.do(anna, ClaimDecision(number))
    assert scene.own(anna, InvitationView) == []
    assert scene.seen(FACILITATOR, AskingView) == []


# What becomes of it


def test_d10_moderators_give_a_fate() -> None:
    scene, number = claiming()
    for fate in ("parked", "nobody", "dropped"):
        scene.do(scene.host, SetFate(number, fate))
        scene.refuses("not_open", scene.join(), ClaimDecision(number))
    scene.do(scene.host, SetFate(number, "open"))
    anna = scene.join()
    scene.do(anna, ClaimDecision(number))
    scene.do(anna, sign(scene, number))
    scene.refuses("already_signed", scene.host, SetFate(number, "dropped"))
    scene.refuses("unknown_decision", scene.host, SetFate(5, "dropped"))


def test_d12_session_closes_when_every_decision_has_a_fate() -> None:
    """R2.6: what nobody took must be set aside first."""
    scene, number = claiming()
    other = scene.do(scene.host, ProposeDecision(0, []), "Второе")[0]
    anna = scene.join()
    scene.refuses("decisions_without_fate", scene.host, CloseRoom())
    scene.do(anna, ClaimDecision(number))
    scene.refuses("decisions_without_fate", scene.host, CloseRoom())
    scene.do(anna, sign(scene, number))
    scene.refuses("decisions_without_fate", scene.host, CloseRoom())
    scene.do(scene.host, SetFate(other, "nobody"))
    scene.do(scene.host, CloseRoom())
    assert [view.fate for view in scene.seen(MEMBER, DecisionView)] == ["open", "nobody"]


@pytest.mark.parametrize("erased", [False, True])
def test_d14_unsigned_decision_is_free_when_its_owner_leaves(erased: bool) -> None:
    scene, number, anna = taken()
    scene.do(scene.host, ErasePerson(anna.seat) if erased else RemoveSeat(anna.seat))
    assert scene.one(Decision, number).owner == 0
    boris = scene.join()
    scene.do(boris, ClaimDecision(number))
    scene.do(boris, sign(scene, number))


def test_d14_signature_outlives_its_owners_leaving() -> None:
    scene, number, anna = taken()
    scene.do(anna, sign(scene, number))
    scene.do(scene.host, RemoveSeat(anna.seat))
    assert scene.one(Decision, number).signed
    scene.do(scene.host, EditDecision(number, 1, 0), "Иначе")
    assert scene.one(Decision, number).owner == 0
