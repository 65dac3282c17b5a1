"""A whole session over real sockets with somebody in every role: nobody is ever sent a byte that
is not for them, and afterwards nobody can find out who wrote what without a name. (R5.6, R6.2)

Every text holds a marker of its own, so that it can be searched for in the raw bytes of frames,
files and logs. What was encoded is read with the msgpack package alone.
"""

import asyncio
import struct

import msgpack
import pytest

from client.replica import Thing
from rooms.agenda import CloseRoom, NextStep, StopInput
from rooms.cards import EditIdea, PostIdea, WithdrawIdea
from rooms.decisions import ProposeDecision
from rooms.groups import MergeCards, RenameGroup
from rooms.moderation import HideCard, RedactCard
from rooms.owners import ClaimDecision, DeclineInvitation, InviteOwner, OfferHelp, SignDecision
from rooms.roles import MEMBER, ROLES
from rooms.spotlight import Spotlight
from rooms.talk import GiveFloor, RaiseHand
from rooms.turnout import Remind
from rooms.votes import CastDots
from tests.server.harness import bytes_of
from tests.server.phones import People
from tests.server.search import nobody_can_be_found
from tests.server.serving import CLEAN, Process
from tests.server.sessions import (
    OUTSIDERS,
    PEOPLE,
    SPOKEN_OF_THE_UNSAID,
    WRITERS,
    Session,
    but,
    packed,
    view,
)


@pytest.fixture(params=["remote", "onsite"])
async def session(request: pytest.FixtureRequest, process: Process, people: People) -> Session:
    """Everybody in the lobby. With outsiders on site, who can see the stage, the stage is an
    outsider too."""
    links = list(dict.fromkeys(PEOPLE.values()))
    assert set(links) < set(ROLES)
    one = Session(process, process.new_room(lang="en"), request.param)
    await one.enter(people)
    return one


async def test_a_whole_session_leaks_nothing(session: Session, people: People) -> None:
    """R2.5, R5.6, R6.2: every frame of every role, from the lobby to the report."""
    process = session.process
    errors = process.errors()
    await in_the_lobby(session)
    ideas, cards = await hidden_ideas(session)
    unsaid, posted = await the_unsaid(session, people)
    await the_reveal(session, ideas, unsaid, cards, posted)
    await taken_back(session, people, cards)
    await the_themes(session, ideas, unsaid)
    await the_vote(session, unsaid)
    await the_talk(session)
    decision = await the_drafts(session)
    await the_taking(session, decision)
    await session.boss.done(NextStep())
    await session.boss.done(CloseRoom())
    outsiders_know_nothing(session, unsaid)
    token = session.people["member1"].token
    key_files = list((process.folder / "blind-keys").iterdir())
    assert process.stop() in CLEAN
    nothing_is_written_of_anybody(session, errors, token)
    nobody_can_be_found(session, unsaid, key_files)


async def in_the_lobby(session: Session) -> None:
    """Names are for moderators; others get counts."""
    await session.next("Opening")
    for name in but("facilitator", "stage"):
        session.only(f"Name-{name}-", "facilitator", name)
    session.only(view("seat"), "facilitator")
    session.only(view("link"), "facilitator")


async def hidden_ideas(session: Session) -> tuple[Thing, dict[str, int]]:
    """Until the reveal a card's text and id are with its author alone, not even with moderators or
    the stage; edited and withdrawn words as well."""
    step = await session.next("Silent ideas")
    cards = {}
    for name in ("member1", "member2", "lead", "customer", "partner"):
        phone = session.people[name]
        [cards[name]] = await phone.done(PostIdea(0), f"idea-first-{name}-")
        await phone.done(EditIdea(cards[name]), f"idea-{name}-")
        [other] = await phone.done(PostIdea(1), f"withdrawn-{name}-")
        await phone.done(WithdrawIdea(other))
    await session.boss.done(Remind(0))
    await session.calm()
    for name, card in cards.items():
        for text in (f"idea-first-{name}-", f"idea-{name}-", f"withdrawn-{name}-"):
            session.only(text, name)
        session.only(packed(card), name)
    assert session.boss.replica.room.get("turnout", step.id).people == 5  # type: ignore[union-attr]
    the_silent(session)
    return step, cards


def the_silent(session: Session) -> None:
    """R1.7: who was heard is for moderators, as a number; who has written nothing is told in
    private that the facilitator waits."""
    heard = session.boss.replica.room.all("heard")
    assert [(one.departments, one.people) for one in heard] == [([], 5)]
    session.only(view("heard"), "facilitator")
    session.only(view("reminder"), "member3", "member4", "member5", "expert")


async def the_unsaid(session: Session, people: People) -> tuple[Thing, list[str]]:
    """The anonymous step: a card is with its author alone; outsiders do not learn what the step is,
    nor how much comes in. A second device of a person is told of nothing."""
    step = await session.next("What is left unsaid")
    assert step.anonymous and not step.few
    ids = []
    for turn in range(2):
        for name in WRITERS:
            phone = session.people[name]
            marker = f"unsaid-{turn}-{name}-"
            [card] = await phone.done(PostIdea(0), f"draft-of-{marker}")
            await phone.done(EditIdea(card), marker)
            session.blind_words.append(marker)
            ids.append(card)
    [gone] = await session.people["member1"].done(PostIdea(0), "unsaid-withdrawn-")
    await session.people["member1"].done(WithdrawIdea(gone))
    for name in (*OUTSIDERS, "observer"):  # on a device of its own: the answer repeats the lane
        token = session.people[name].token
        device = await people.phone(session.process, session.room, name, token=token)
        code = await device.refused(PostIdea(0), "not-for-me-", lane=step.round)
        assert code in ("not_your_step", "not_your_role")
    await session.calm()
    for marker in session.blind_words:
        session.only(marker, marker.split("-")[2])
    session.never("draft-of-", *but(*WRITERS))
    session.only("unsaid-withdrawn-", "member1")
    for card in ids:
        session.never(packed(card), *but(*WRITERS))
    outsiders_know_nothing(session, step)
    session.never(view("heard", step.id), *PEOPLE)
    session.never(view("reminder", step.id), *PEOPLE)
    turnout = session.boss.replica.room.get("turnout", step.id)
    assert turnout and list(turnout.lanes) == [12] and turnout.people == 0
    return step, [*map(str, ids)]


def outsiders(session: Session) -> tuple[str, ...]:
    """Who must not see the internal step: with them on site, the stage as well."""
    return (*OUTSIDERS, "stage") if session.place == "onsite" else OUTSIDERS


def outsiders_know_nothing(session: Session, step: Thing) -> None:
    """R6.2: not its name, prompt, lane, cards, their ids or how many there are."""
    names = outsiders(session)
    for text in (*SPOKEN_OF_THE_UNSAID, "unsaid-", "withdrawn-unsaid", "secret-theme-"):
        # Where an outsider came on site after the agenda was shown, the stage knew it before.
        session.never(text, *(n for n in names if n != "stage" or text.startswith("unsaid-")))
    session.never(view("turnout", step.id), *names)
    session.never(packed(step.round), *names)
    for name in names:
        room = session.people[name].replica.room
        shown = room.get("step", step.id)
        assert shown and (shown.kind, shown.name, shown.prompt) == ("", None, None)
        assert (shown.anonymous, shown.round, shown.who, shown.input) == (False, 0, 0, False)
        assert not [card for card in room.all("card") if card.step == step.id]


async def the_reveal(
    session: Session, ideas: Thing, unsaid: Thing, cards: dict[str, int], posted: list[str]
) -> None:
    """All cards are open at once, each for whom it is meant; anonymous ones without author, under
    new ids, in an order that is not the one of writing."""
    await session.next("Reveal and read")
    names = outsiders(session)
    for name in cards:
        session.only(f"idea-{name}-", *PEOPLE)
        session.never(f"idea-first-{name}-", *but(name))
        session.never(f"withdrawn-{name}-", *but(name))
    for marker in session.blind_words:
        session.never(marker, *names)
        assert all(session.has(name, marker) for name in but(*names))
    session.never("unsaid-withdrawn-", *but("member1"))
    for watcher in ("facilitator", "observer", *(() if "stage" in names else ("stage",))):
        shown = [
            card
            for card in session.people[watcher].replica.room.all("card")
            if card.step == unsaid.id
        ]
        assert {card.text for card in shown} == set(session.blind_words)
        for card in shown:
            assert (card.author, card.name, card.department) == (0, None, 0)
            assert card.role in (0, MEMBER), "a viewpoint of four at least"
            assert str(card.id) not in posted
        texts = [card.text for card in shown]
        by_id = [card.text for card in sorted(shown, key=lambda card: card.id)]
        by_rank = [card.text for card in sorted(shown, key=lambda card: card.rank)]
        for order in (texts, by_id, by_rank):
            assert order != session.blind_words
            # Nor do one person's cards stand next to each other.
            assert [text.split("-")[2] for text in order] != sorted(WRITERS * 2)
    await session.boss.done(Spotlight(shown[0].id))
    assert ideas.id


async def taken_back(session: Session, people: People, cards: dict[str, int]) -> None:
    """What a moderator hid is sent to no newcomer but a moderator, what was erased to nobody; who
    had seen it is told that it is gone. A spotlight on an internal card is for those alone who may
    see the card."""
    await session.boss.done(HideCard(cards["member2"]))
    await session.boss.done(RedactCard(cards["partner"]))
    await session.calm()
    session.only(view("spotlight"), *but(*outsiders(session)))
    for name in but("facilitator"):
        assert session.people[name].replica.room.get("card", cards["member2"]) is None
    for name in PEOPLE:
        card = session.people[name].replica.room.get("card", cards["partner"])
        assert card is None or card.text is None
    for name, role in PEOPLE.items():
        late = await people.phone(session.process, session.room, role)
        await late.settled()
        data = b"".join(late.frames)
        assert (b"idea-member2-" in data) == (name == "facilitator")
        assert b"idea-partner-" not in data
        assert b"idea-lead-" in data
        if name in outsiders(session):
            assert b"unsaid-" not in data
            if name != "stage":
                assert not any(text.encode() in data for text in SPOKEN_OF_THE_UNSAID)
        await late.close()
    assert b"idea-partner-" not in bytes_of(session.process.folder)


async def the_themes(session: Session, ideas: Thing, unsaid: Thing) -> None:
    """A theme that holds a card of the internal step is internal, and so is its name."""
    await session.next("Finding themes")
    writer = session.people["member3"]
    cards = list(writer.replica.room.all("card"))
    open_card = next(c for c in cards if c.step == ideas.id and c.text == "idea-lead-")
    inner = next(c for c in cards if c.step == unsaid.id)
    mixed = await writer.done(MergeCards([open_card.id, inner.id], 0), "secret-theme-first-")
    await writer.done(RenameGroup(mixed[0]), "secret-theme-")
    [public, *_] = await writer.done(
        MergeCards([next(c for c in cards if c.text == "idea-customer-").id], 0), "public-theme-"
    )
    refused = await session.people["customer"].refused(RenameGroup(mixed[0]), "mine-")
    assert refused == "unknown_group"
    await session.calm()
    names = outsiders(session)
    session.never("secret-theme-", *names)
    session.never(view("group", mixed[0]), *names)
    session.only("public-theme-", *PEOPLE)
    session.only(view("group", public), *PEOPLE)


async def the_vote(session: Session, unsaid: Thing) -> None:
    """A secret vote: a ballot is with its owner alone, and there is no tally before the end."""
    step = await session.next("Choosing what matters")
    session.never(view("ballot"), *PEOPLE)
    voters = ("member1", "member2", "lead", "customer")
    for name in voters:
        phone = session.people[name]
        visible = list(phone.replica.room.all("choice"))
        assert visible
        await phone.done(CastDots(visible[0].id, 1))
        await phone.done(CastDots(visible[0].id, 2))
    member_choices = {c.id for c in session.people["member1"].replica.room.all("choice")}
    customer_choices = {c.id for c in session.people["customer"].replica.room.all("choice")}
    hidden = member_choices - customer_choices
    assert len(hidden) == 12, "eleven cards and a theme of the internal step"
    assert await session.people["customer"].refused(CastDots(min(hidden), 1)) == "unknown_choice"
    assert await session.people["expert"].refused(CastDots(min(customer_choices), 1))
    await session.calm()
    session.only(view("ballot"), *voters)
    session.never(view("tally"), *PEOPLE)
    for choice in hidden:
        session.never(packed(choice), *outsiders(session))
    await session.boss.done(StopInput())
    await session.boss.until(lambda: any(session.boss.replica.room.all("tally")))
    for name in but("facilitator"):
        room = session.people[name].replica.room
        await session.people[name].until(lambda room=room: any(room.all("tally")))  # type: ignore[misc]
    session.only(view("ballot"), *voters)
    session.only(view("tally"), *PEOPLE)
    session.never(view("split"), *PEOPLE)  # by voice, four votes would tell too much
    for choice in hidden:
        session.never(packed(choice), *outsiders(session))
    assert step.id != unsaid.id


async def the_talk(session: Session) -> None:
    """A name comes with a hand, and not before."""
    await session.next("A short talk")
    session.only("Name-expert-", "facilitator", "expert")
    await session.people["expert"].done(RaiseHand())
    await session.boss.done(GiveFloor(session.people["expert"].seat))
    await session.calm()
    session.only("Name-expert-", *PEOPLE)
    session.only("Name-observer-", "facilitator", "observer")


async def the_drafts(session: Session) -> int:
    """Decisions are for everybody who is in their step, by this template for all."""
    await session.next("Draft decisions")
    words = ("decision-what-", "decision-result-", "decision-measure-", "decision-assumption-")
    [decision] = await session.people["partner"].done(ProposeDecision(0, []), *words)
    await session.calm()
    for word in words:
        session.only(word, *PEOPLE)
    return decision


async def the_taking(session: Session, decision: int) -> None:
    """R2.3, R2.5: an invitation and its decline are between moderators and the invited; nobody
    can take or sign for another."""
    await session.next("I take it")
    invited, owner = session.people["member5"], session.people["member4"]
    await session.boss.done(InviteOwner(decision, invited.seat))
    await invited.until(lambda: any(invited.replica.own.all("invitation")))
    await invited.done(DeclineInvitation(decision))
    assert await session.people["lead"].refused(DeclineInvitation(decision)) == "unknown_invitation"
    await owner.done(ClaimDecision(decision))
    await owner.until(lambda: owner.replica.room.get("decision", decision).owner)  # type: ignore[union-attr]
    shown = owner.replica.room.get("decision", decision)
    assert shown
    for name in ("facilitator", "lead", "partner", "member5"):
        refused = await session.people[name].do(SignDecision(decision, 1, shown.digest))
        assert refused[0] == "refused", name
    await owner.done(SignDecision(decision, 1, shown.digest))
    await session.people["lead"].done(OfferHelp(decision), "help-of-lead-")
    await session.calm()
    session.only(view("invitation"), "member5")
    session.only(view("asking"), "facilitator")
    session.only("help-of-lead-", *PEOPLE)
    session.only("Name-observer-", "facilitator", "observer")


def nothing_is_written_of_anybody(session: Session, errors: str, token: str) -> None:
    """A server's log tells of no command, no name, no word and no address."""
    assert session.process.errors() == errors
    for text in ("Name-", "idea-", "unsaid-", "decision-", "127.0.0.1", token):
        assert text not in errors


def test_markers_are_found_where_they_stand() -> None:
    """The search finds what is there: ids, tags and texts as they are encoded."""
    frame = msgpack.packb(["patch", False, 0, 1, "c", 1, [["card", 0x20003, "text"]], []])
    assert view("card", 0x20003) in frame and packed(0x20003) in frame and b"text" in frame
    assert struct.pack("!BI", 0xCE, 0x20003) == packed(0x20003)
    assert asyncio.iscoroutinefunction(Session.calm)
