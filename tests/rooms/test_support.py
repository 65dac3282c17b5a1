"""Help offered with an idea."""

import time

from rooms.agenda import BackStep, NextStep
from rooms.cards import CardView, WithdrawIdea
from rooms.moderation import ErasePerson, HideCard, RedactCard, RestoreCard
from rooms.owners import HelpView, WithdrawHelp
from rooms.roles import ACTING, CUSTOMER, FACILITATOR, MEMBER, STAGE
from rooms.support import HelpIdea
from tests.rooms.scene import Person, Scene, plan


class Shown:
    """A card of members, revealed; Anna of accounting can help."""

    def __init__(self) -> None:
        self.scene = Scene(
            plan("ideate", who=MEMBER, sees=MEMBER | STAGE),
            plan("reveal", who=ACTING),
            plan("vote"),
        )
        scene = self.scene
        scene.do(scene.host, NextStep())
        self.anna = scene.join(name="Анна", new="Бухгалтерия")
        scene.post(scene.join(), "Отвечаем за день")
        scene.do(scene.host, NextStep())
        self.card = scene.seen(MEMBER, CardView)[0].id

    def offer(self, who: Person, text: str = "Сверим счета") -> None:
        self.scene.do(who, HelpIdea(self.card), text)

    def offers(self, role: int) -> list[str | None]:
        return [offer.text for offer in self.scene.seen(role, HelpView)]


def test_d16_anybody_offers_help_with_an_idea() -> None:
    """R1.6: one line on what a department will do, seen by all who see the idea."""
    shown = Shown()
    shown.offer(shown.anna)
    [offer] = shown.scene.seen(MEMBER, HelpView)
    assert (offer.card, offer.decision, offer.name) == (shown.card, 0, "Анна")
    assert (offer.department, offer.text) == ("Бухгалтерия", "Сверим счета")
    assert shown.offers(STAGE) == ["Сверим счета"] and shown.offers(CUSTOMER) == []


def test_d16_one_offer_per_person_and_card() -> None:
    shown = Shown()
    shown.offer(shown.anna)
    shown.offer(shown.anna, "Сверим за час")
    assert shown.offers(MEMBER) == ["Сверим за час"]
    assert shown.scene.hidden_everywhere("Сверим счета")
    [offer] = shown.scene.seen(MEMBER, HelpView)
    shown.scene.refuses("not_yours", shown.scene.join(), WithdrawHelp(offer.id))
    shown.scene.do(shown.anna, WithdrawHelp(offer.id))
    assert shown.offers(MEMBER) == []


def test_d16_what_cannot_be_helped() -> None:
    shown = Shown()
    scene = shown.scene
    scene.refuses("missing_words", shown.anna, HelpIdea(shown.card))
    scene.refuses("unknown_card", shown.anna, HelpIdea(7), "Поможем")
    scene.refuses("unknown_card", scene.join(CUSTOMER), HelpIdea(shown.card), "Поможем")
    scene.do(scene.host, HideCard(shown.card))
    scene.refuses("unknown_card", shown.anna, HelpIdea(shown.card), "Поможем")


def test_d16_an_offer_follows_its_card() -> None:
    shown = Shown()
    shown.offer(shown.anna)
    scene = shown.scene
    scene.do(scene.host, HideCard(shown.card))
    assert shown.offers(MEMBER) == [] and shown.offers(FACILITATOR) == ["Сверим счета"]
    scene.do(scene.host, RestoreCard(shown.card))
    assert shown.offers(MEMBER) == ["Сверим счета"]
    scene.do(shown.anna, ErasePerson(shown.anna.seat))
    assert shown.offers(MEMBER) == [None]
    scene.do(scene.host, RedactCard(shown.card))
    assert shown.offers(MEMBER) == []


def test_d16_an_offer_leaves_the_stage_with_its_card() -> None:
    shown = Shown()
    shown.offer(shown.anna)
    shown.scene.join(CUSTOMER, place="onsite")
    assert shown.offers(STAGE) == [] and shown.offers(MEMBER) == ["Сверим счета"]


def test_d16_no_offer_in_an_anonymous_step() -> None:
    scene = Scene(plan("ideate"), plan("reveal"), plan("vote", anonymous=True))
    scene.do(scene.host, NextStep())
    anna = scene.join()
    scene.post(anna)
    scene.do(scene.host, NextStep())
    card = scene.seen(MEMBER, CardView)[0].id
    scene.do(scene.host, NextStep())
    scene.refuses("wrong_lane", anna, HelpIdea(card), "Поможем")


def test_d16_help_goes_with_a_card_that_is_taken_back() -> None:
    scene = Scene(plan("ideate", hidden=False), plan("reveal"))
    scene.do(scene.host, NextStep())
    author, anna = scene.join(), scene.join()
    card = scene.post(author, "Отвечаем за день")
    scene.next()
    scene.do(anna, HelpIdea(card), "Сверим счета")
    scene.do(scene.host, BackStep())
    scene.do(author, WithdrawIdea(card))
    assert scene.seen(FACILITATOR, HelpView) == []
    assert scene.hidden_everywhere("Сверим счета")


def test_p8_thousands_of_cards_leave_the_stage_at_once() -> None:
    """Whatever help was offered with them: a newcomer in the hall holds nobody up."""
    scene = Scene(
        plan("ideate", 600, who=MEMBER, sees=MEMBER | STAGE, hidden=False), plan("reveal")
    )
    scene.do(scene.host, NextStep())
    cards = [scene.post(who, "x") for who in scene.people(40) for _ in range(100)]
    scene.next()
    for anna in scene.people(10):
        for card in cards[:300]:
            scene.do(anna, HelpIdea(card), "y")
    assert len(scene.seen(STAGE, HelpView)) == 3_000
    begun = time.process_time()
    scene.join(CUSTOMER, place="onsite")
    assert time.process_time() - begun < 0.3
    assert scene.seen(STAGE, HelpView) == []
