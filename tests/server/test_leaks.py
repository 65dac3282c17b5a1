"""Nobody receives what is not for them, in a whole session over real sockets, byte for byte."""

import base64
import sqlite3
from typing import Any

import pytest

from client.own_server import new_room
from tests.server.world import Raw, World, tokens

pytestmark = pytest.mark.timeout(120)

TEMPLATE = "first-session-45"
MODERATOR = ("facilitator",)


class Company:
    """One connection in every role, several members, and whoever else a test lets in."""

    def __init__(self, world: World) -> None:
        made = new_room(
            world.server.base,
            world.server.key,
            template=TEMPLATE,
            title="Title",
            goal="Goal",
            lang="en",
            links=[],
        )
        self.world = world
        self.code = made.code
        self.tokens = tokens(made.urls)
        self.people: dict[str, Raw] = {}

    async def open(self) -> None:
        for role in self.tokens:
            self.people[role] = await self.world.raw(self.code, self.tokens[role]).enter()
        for number in range(4):
            name = f"member{number}"
            self.people[name] = await self.world.raw(self.code, self.tokens["member"]).enter()
        for name, one in self.people.items():
            if name not in ("stage", "facilitator"):
                await one.join(f"Name-of-{name}")

    def __getattr__(self, name: str) -> Raw:
        return self.people[name]

    def others(self, *names: str) -> dict[str, Raw]:
        return {name: one for name, one in self.people.items() if name not in names}

    async def next(self) -> Any:
        """Open the next step and wait until everybody knows. Returns it as moderators see it."""
        await self.facilitator.good(["next_step"])
        await self.settled()
        agenda = self.facilitator.replica.room.get("agenda", 2)
        assert agenda is not None
        return self.facilitator.replica.room.get("step", agenda.current)

    async def settled(self) -> None:
        """Everybody has been told of all that is for them."""
        for one in self.people.values():
            await one.quiet()
            break
        for one in self.people.values():
            await one.send(["ping", 1])
            count = sum(m[0] == "pong" for m in one.messages)
            await one.until(lambda one=one, n=count: sum(m[0] == "pong" for m in one.messages) > n)

    def nobody_has(self, text: str, *but: str) -> None:
        for name, one in self.others(*but).items():
            assert not one.received(text), f"{name} received {text!r}"


async def test_nobody_receives_what_is_not_for_them(world: World) -> None:
    """R5.6, R6.2, R2.5: every frame of every role, from joining to the end."""
    company = Company(world)
    await company.open()
    lead, customer, facilitator = company.lead, company.customer, company.facilitator
    await company.settled()
    # Names are for moderators until a card or a decision shows them.
    for name in ("member1", "lead", "customer"):
        company.nobody_has(f"Name-of-{name}", "facilitator", name)

    await company.next()  # opening
    ideas = await company.next()
    made = await company.member.good(["post_idea", 0], "hidden-by-member")
    await customer.good(["post_idea", 1], "hidden-by-customer")
    redacted = await company.member0.good(["post_idea", 0], "soon-redacted")
    kept = await company.member1.good(["post_idea", 0], "soon-hidden")
    await company.settled()
    company.nobody_has("hidden-by-member", "member")
    company.nobody_has("hidden-by-customer", "customer")
    number = str(made[0])
    for name, one in company.others("member").items():
        assert not _mentions(one, made[0]), f"{name} received the id {number}"

    unsaid = await company.next()
    assert unsaid.anonymous
    lane = unsaid.round
    order = []
    for name in ("member0", "member1", "member2", "member3", "lead"):
        await company.people[name].good(["post_idea", 0], f"unsaid-of-{name}", lane=lane)
        order.append(f"unsaid-of-{name}")
    refused = await customer.do(["post_idea", 0], "not-for-customers", lane=lane)
    assert refused[0] == "refused"
    await company.settled()
    for name in ("member0", "lead"):
        company.nobody_has(f"unsaid-of-{name}", name)
    outsiders = ("customer", "partner", "expert")
    for name in outsiders:
        one = company.people[name]
        for text in ("unsaid", "Unsaid", "left unsaid", "никто не узнает", "Невысказанное"):
            assert not one.received(text), f"{name} received {text!r}"
        assert one.replica.room.get("turnout", unsaid.id) is None
        step = one.replica.room.get("step", unsaid.id)
        assert step is not None and step.kind == "" and step.name is None

    await company.next()  # reveal
    for name in ("member", "stage", "observer", "partner"):
        assert company.people[name].received("hidden-by-member")
    for name in outsiders:
        assert not company.people[name].received("unsaid-of")
    shown = [c for c in lead.replica.room.all("card") if c.step == unsaid.id]
    assert {card.text for card in shown} == set(order)
    by_rank = [card.text for card in sorted(shown, key=lambda card: card.rank)]
    by_id = [card.text for card in sorted(shown, key=lambda card: card.id)]
    assert by_rank == by_id, "a new id must tell no more than the place on the screen"
    for card in shown:
        assert (card.author, card.name, card.department) == (0, None, 0)

    await facilitator.good(["hide_card", kept[0]])
    await facilitator.good(["redact_card", redacted[0]])
    await company.settled()
    latecomer = await world.raw(company.code, company.tokens["member"]).enter()
    await latecomer.quiet()
    assert not latecomer.received("soon-hidden")
    assert not latecomer.received("soon-redacted")
    late_moderator = await world.raw(company.code, company.tokens["facilitator"]).enter()
    assert late_moderator.received("soon-hidden")
    assert not late_moderator.received("soon-redacted")

    await company.next()  # themes
    await company.next()  # vote
    choice = next(c for c in company.member.replica.room.all("choice"))
    for name in ("member", "member0", "customer"):
        await company.people[name].good(["cast_dots", choice.id, 1])
    await company.settled()
    for name, one in company.people.items():
        assert not list(one.replica.room.all("tally")), f"{name} saw a secret tally"
        assert "tally" not in _tags(one), f"{name} was sent a secret tally"
        if name not in ("member", "member0", "customer"):
            assert "ballot" not in _tags(one), f"{name} was sent a ballot"
    await company.next()  # talk: the vote is closed
    assert "tally" in _tags(company.member1)

    await company.next()  # draft
    made = await lead.good(["propose_decision", 0, []], "decision-text", "", "", "")
    decision = made[0]
    await company.next()  # take
    await facilitator.good(["invite_owner", decision, company.member2.seat])
    await company.member2.good(["decline_invitation", decision])
    await company.settled()
    for name, one in company.others("facilitator", "member2").items():
        assert not _tags(one) & {"invitation", "asking"}, f"{name} learnt of an invitation"
    await lead.good(["claim_decision", decision])
    shown_decision = lead.replica.room.get("decision", decision)
    await lead.until(lambda: lead.replica.room.get("decision", decision).owner == lead.seat)  # type: ignore[union-attr]
    shown_decision = lead.replica.room.get("decision", decision)
    assert shown_decision is not None
    stolen = await facilitator.do(["sign_decision", decision, 1, shown_decision.digest])
    assert stolen[0] == "refused"
    await lead.good(["sign_decision", decision, 1, shown_decision.digest])
    await company.settled()
    assert company.stage.replica.room.get("decision", decision).signed  # type: ignore[union-attr]
    _search(company, unsaid.id, ideas.id)


def _mentions(one: Raw, number: int) -> bool:
    def inside(value: Any) -> bool:
        if isinstance(value, list):
            return any(inside(part) for part in value)
        return value == number and not isinstance(value, bool)

    return any(inside(message) for message in one.messages)


def _tags(one: Raw) -> set[str]:
    """The tags of all views a connection was ever sent."""
    tags = set()
    for message in one.messages:
        if message[0] in ("patch", "ack"):
            tags |= {view[0] for view in (message[6] if message[0] == "patch" else message[5])}
    return tags


def _search(company: Company, unsaid: int, ideas: int) -> None:
    """With log, words, snapshots and server logs in hand, who wrote an anonymous card?"""
    import msgpack

    world = company.world
    world.server.stop()
    database = sqlite3.connect(world.server.data_dir / "oneroom.sqlite3")
    bodies = [msgpack.unpackb(row[0]) for row in database.execute("SELECT body FROM entries")]
    texts = [row[0] for row in database.execute("SELECT text FROM words")]
    states = [row[0] for row in database.execute("SELECT state FROM snapshots")]
    database.close()
    blind = [body for body in bodies if body[3] == unsaid and body[5][0] == "post_idea"]
    assert len(blind) == 5, "the cards, and not the refused one"
    secrets = {
        value for one in company.people.values() for value in (one.seat, one.client) if value
    }
    for role, seat, client, link, name in (body[0] for body in blind):
        assert name.startswith("b") and (seat, client, link) == (0, 0, 0)
        assert role in (0, 8), "only a viewpoint of at least four people"
    names = [body[0][4] for body in blind]
    assert len(set(names)) == 5, "two cards of one person could not be told to be hers"
    for body in blind:
        assert not secrets & set(_numbers(body)), "a seat or client stands in an anonymous entry"
    assert not any("soon-redacted" in text or "not-for-customers" in text for text in texts)
    for path in world.server.data_dir.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            for gone in (b"soon-redacted", b"not-for-customers"):
                assert gone not in content, f"{path.name} still holds {gone!r}"
    assert states, "a snapshot is kept when the server stops"
    log = world.log
    for word in ("Name-of", "unsaid-of", "hidden-by", "decision-text", "cast_dots", "post_idea"):
        assert word not in log
    for one in company.people.values():
        assert one.token not in log and str(one.seat) not in log


def _numbers(value: Any) -> list[int]:
    if isinstance(value, list):
        return [number for part in value for number in _numbers(part)]
    return [value] if isinstance(value, int) else []


def test_tokens_tell_nothing_but_link_and_seat(world: World) -> None:
    """A token is a name and a seal: no name of a person, no role, no words."""
    made = new_room(world.server.base, world.server.key, template=TEMPLATE, title="T")
    for token in tokens(made.urls).values():
        link, seat, mac = token.split(".")
        assert int(link, 16) and int(seat, 16) == 0
        assert len(base64.urlsafe_b64decode(mac)) == 18
