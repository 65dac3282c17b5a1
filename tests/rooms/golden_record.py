"""Records the golden logs: `python -m tests.rooms.golden_record`.

A golden log holds the rules to what they were when it was recorded. Record anew only with a
change of rules that is meant, and read what has changed.
"""

import hashlib
from pathlib import Path
from typing import Final

import msgspec

from protocols.log import START, Body, link, state_digest
from rooms.agenda import (
    BackStep,
    CloseRoom,
    ExtendStep,
    InsertStep,
    MoveEnd,
    NextStep,
    PauseClock,
    ResumeClock,
    SkipStep,
    StopInput,
)
from rooms.cards import EditIdea, ParkTopic, PostIdea, Reveal, WithdrawIdea
from rooms.decisions import (
    ClaimDecision,
    Decision,
    DeclineInvitation,
    EditDecision,
    InviteOwner,
    OfferHelp,
    ProposeDecision,
    ReleaseDecision,
    SetFate,
    SignDecision,
    WithdrawHelp,
)
from rooms.features import RULES_NUMBER
from rooms.groups import MergeCards, RenameGroup, TakeOut, UndoMerge
from rooms.kernel import Entry, Room
from rooms.moderation import (
    EditCard,
    ErasePerson,
    HideCard,
    LeaveCard,
    ParkCard,
    RedactCard,
    RestoreCard,
)
from rooms.people import AddLink, ChangeProfile, RemoveSeat, RevokeLink
from rooms.roles import CUSTOMER, LEAD, MEMBER, NAMES, PARTNER
from rooms.talk import GiveFloor, LowerHand, RaiseHand
from rooms.votes import CastDots, CastOpinion, Choice, Opinion
from tests.rooms.stage import DAY, MINUTE, SECOND, T0, WHO, Person, Scene, plan

FOLDER: Final = Path(__file__).parent / "golden"
_encoder: Final = msgspec.msgpack.Encoder()


def body_of(entry: Entry) -> bytes:
    """The bytes of an entry in a log."""
    return _encoder.encode(
        Body(
            entry.actor,
            entry.ref,
            entry.lane,
            entry.step,
            entry.seed,
            entry.command,
            entry.digests,
        )
    )


def told(room: Room) -> dict[str, str]:
    """For each role, a digest of all it sees. Words stand as their references."""
    found = {}
    for role, name in NAMES.items():
        put, _ = room.view(0, role, lambda ref: f"word {ref}" if ref else None)
        found[name] = hashlib.sha256(_encoder.encode(put)).hexdigest()[:32]
    return found


def text_of(scene: Scene) -> str:
    """A golden log: what must come out, then the entries."""
    chain = START
    lines = []
    for entry in scene.entries:
        body = body_of(entry)
        chain = link(chain, entry.seq, entry.at_ms, body)
        lines.append(f"entry {entry.at_ms} {body.hex()}")
    head = [f"rules {RULES_NUMBER}", f"chain {chain}", f"state {state_digest(scene.room)}"]
    head += [f"view {name} {digest}" for name, digest in told(scene.room).items()]
    return "\n".join((*head, *lines)) + "\n"


# The sessions


def evening() -> Scene:
    """A session with every kind of step, every command, and some refusals."""
    scene = Scene(
        plan("brief", who=WHO | CUSTOMER),
        plan("ideate", policy="grace"),
        plan("ideate", anonymous=True),
        plan("reveal", by_lane=True),
        plan("group", max_groups=5),
        plan("vote", budget=3, max_per_item=2),
        plan("vote", style="opinion", anonymous=True),
        plan("draft", max_decisions=4, due_within_days=30),
        plan("claim"),
        plan("discuss"),
        plan("break"),
        plan("close", who=WHO | CUSTOMER),
        departments=("Склад", "Сервис"),
    )
    people = gather(scene)
    write(scene, people)
    group_and_vote(scene, people)
    decide(scene, people)
    finish(scene, people)
    return scene


def gather(scene: Scene) -> list[Person]:
    """People come, one by a link that is then revoked."""
    store = scene.department("Склад")
    people = [scene.join(MEMBER, f"Сотрудник {n}", department=store) for n in range(5)]
    people += [scene.join(LEAD, f"Руководитель {n}", new=f"Отдел {n}") for n in range(4)]
    scene.join(CUSTOMER, "Клиент")
    scene.do(scene.host, AddLink(MEMBER))
    partner = scene.join(PARTNER, "Партнёр")
    scene.do(scene.host, RevokeLink(partner.link))
    scene.do(scene.host, SkipStep(scene.step(10).id, True))
    scene.next()
    scene.tick(2 * MINUTE)
    return people


def write(scene: Scene, people: list[Person]) -> None:
    """Cards in the open and in secret, late ones too; the clock is stopped and moved."""
    anna, boris, clara = people[:3]
    scene.next()
    cards = [scene.post(who, f"мысль {n}", lane=n % 2) for n, who in enumerate(people)]
    scene.do(anna, EditIdea(cards[0]), "мысль яснее")
    scene.do(boris, WithdrawIdea(cards[1]))
    scene.refuses("unknown_card", boris, EditIdea(cards[0]), "чужая")
    scene.do(scene.host, PauseClock())
    scene.wait(SECOND)
    scene.do(scene.host, ResumeClock())
    scene.do(scene.host, ExtendStep(2 * MINUTE))
    scene.tick(7 * MINUTE + 20 * SECOND)
    scene.post(clara, "в последнюю минуту")
    scene.tick(10 * SECOND)
    late = [scene.do(clara, PostIdea(0), "опоздала")[0] for _ in range(2)]
    scene.next()
    for n, who in enumerate(people):
        card = scene.blind(who, PostIdea(n % 2), f"тайная мысль {n}").made[0]
        plane = scene.entries[-1].actor.blind
        if n == 3:
            scene.blind(who, EditIdea(card), "тайная мысль яснее", plane=plane)
        if n == 4:
            scene.blind(who, WithdrawIdea(card), plane=plane)
    scene.do(scene.host, StopInput())
    scene.blind(anna, PostIdea(0), "тайная и поздняя")
    scene.do(scene.host, RestoreCard(late[0]))
    scene.do(scene.host, LeaveCard(late[1]))
    scene.next()
    for step in (1, 2):
        scene.do(scene.host, Reveal(scene.step(step).id, 0))
        scene.do(scene.host, Reveal(scene.step(step).id, -1))


def group_and_vote(scene: Scene, people: list[Person]) -> None:
    """Themes, a secret vote that is opened twice, and opinions without names."""
    anna, boris = people[:2]
    scene.next()
    cards = sorted(id for tag, id in scene.table(MEMBER) if tag == "card")
    first = scene.do(anna, MergeCards(cards[:3], 0), "Тема")[0]
    merge = scene.do(boris, MergeCards(cards[2:5], 0), "Другая тема")[1]
    scene.do(scene.host, UndoMerge(merge))
    scene.do(anna, TakeOut(cards[0]))
    scene.do(anna, RenameGroup(first), "Общая тема")
    scene.do(scene.host, HideCard(cards[5]))
    scene.do(scene.host, ParkCard(cards[6]))
    scene.do(scene.host, EditCard(cards[7]), "мягче")
    scene.do(boris, ParkTopic(), "в другой раз")
    for again in (False, True):
        scene.next()
        choices = [c.id for c in scene.room.all(Choice) if c.step == scene.current.id]
        for n, who in enumerate(people):
            choice = choices[n % 3]
            scene.do(who, CastDots(choice, 1 if again else 2))
        if not again:
            scene.do(scene.host, HideCard(cards[7]))
            scene.do(scene.host, BackStep())
    scene.next()
    choices = [c.id for c in scene.room.all(Choice) if c.step == scene.current.id]
    opinions: tuple[Opinion, ...] = ("agree", "disagree", "pass")
    for n, who in enumerate(people):
        scene.blind(who, CastOpinion(choices[n % 4], opinions[n % 3]))
    scene.blind(anna, CastOpinion(choices[0], "none"))


def decide(scene: Scene, people: list[Person]) -> None:
    """Three decisions: one is signed, one changes hands, one nobody takes."""
    anna, boris, clara, denis = people[:4]
    scene.next()
    due = T0 // DAY + 20
    numbers = [
        scene.do(who, ProposeDecision(day, []), f"Решение {n}", "польза", "мера", "допущение")[0]
        for n, (who, day) in enumerate(((anna, 0), (boris, due), (scene.host, due)))
    ]
    scene.do(anna, EditDecision(numbers[0], 1, due), "Решение точнее", "польза", "мера", "")
    scene.next()
    scene.do(scene.host, InviteOwner(numbers[0], clara.seat))
    scene.do(scene.host, InviteOwner(numbers[0], denis.seat))
    scene.do(clara, DeclineInvitation(numbers[0]))
    scene.do(denis, ClaimDecision(numbers[0]))
    scene.refuses("already_claimed", anna, ClaimDecision(numbers[0]))
    offer = scene.do(boris, OfferHelp(numbers[0]), "данные")[0]
    scene.do(boris, WithdrawHelp(offer))
    scene.do(clara, OfferHelp(numbers[0]), "люди")
    scene.do(anna, ClaimDecision(numbers[1]))
    scene.do(anna, ReleaseDecision(numbers[1]), "не успею")
    scene.do(boris, ClaimDecision(numbers[1]))
    for who, number in ((denis, numbers[0]), (boris, numbers[1])):
        decision = scene.one(Decision, number)
        scene.do(who, SignDecision(number, decision.version, decision.digest))
    scene.refuses("decisions_without_fate", scene.host, CloseRoom())
    scene.do(scene.host, SetFate(numbers[2], "nobody"))


def finish(scene: Scene, people: list[Person]) -> None:
    """A talk, a server that slept, people who leave and are forgotten."""
    anna, boris, clara, denis = people[:4]
    scene.next()
    for who in (anna, boris, clara):
        scene.do(who, RaiseHand())
    scene.do(scene.host, GiveFloor(boris.seat))
    scene.do(clara, LowerHand())
    scene.do(anna, ChangeProfile(scene.department("Сервис"), "onsite"), "Анна")
    scene.do(scene.host, RemoveSeat(anna.seat))
    scene.do(scene.host, InsertStep(scene.current.id, plan("discuss", 3)))
    scene.do(scene.host, MoveEnd(10 * MINUTE))
    scene.tick(60 * MINUTE)
    scene.join(CUSTOMER, "Гость", place="onsite")
    scene.next()
    scene.refuses("last_step", scene.host, NextStep())
    card = next(id for tag, id in sorted(scene.table(MEMBER)) if tag == "card")
    scene.do(scene.host, RedactCard(card))
    scene.do(scene.host, CloseRoom())
    scene.do(denis, ErasePerson(denis.seat))


SESSIONS: Final = {"evening": evening}


def main() -> None:
    """Write every golden log anew."""
    FOLDER.mkdir(exist_ok=True)
    for name, session in SESSIONS.items():
        (FOLDER / f"{name}.log").write_text(text_of(session()))


if __name__ == "__main__":
    main()
