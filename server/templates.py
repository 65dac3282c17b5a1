"""Session templates: YAML files, checked with the line and a remedy for every mistake."""

from pathlib import Path
from typing import Annotated, Any, Final, Literal

import msgspec
import yaml
from msgspec import Meta, Struct

from rooms.agenda import OpenRoom, StepPlan
from rooms.features import KINDS, RULES_NUMBER
from rooms.roles import OBSERVER, ROLES, Mask, mask_of
from rooms.steps import Lang, Policy, Text, step_id

FOLDER: Final = Path(__file__).parent / "templates"
MINUTE_MS: Final = 60_000

Name = Annotated[str, Meta(min_length=1, max_length=2_000)]

Names = Literal["named", "anonymous"]
"""Whether people write under their names, or without them wherever a step allows it."""


class TemplateError(ValueError):
    """A template that cannot be used: file, line, what is wrong and what to do."""


class Both(Struct, forbid_unknown_fields=True):
    """A text in both languages; both are needed."""

    ru: Name
    en: Name


class Overtime(Struct, forbid_unknown_fields=True):
    policy: Policy


class People(Struct, forbid_unknown_fields=True):
    min: int
    best: int
    max: int


class StepText(Struct, forbid_unknown_fields=True):
    """A step as written in a template."""

    id: Annotated[str, Meta(pattern="^[a-z][a-z0-9_]*$")]
    name: Both
    kind: str
    minutes: Annotated[int, Meta(ge=1, le=240)]
    who: Annotated[list[str], Meta(min_length=1)]
    prompt: Both
    overtime: Overtime
    sees: list[str] = []
    votes: list[str] = []
    settings: dict[str, Any] = {}


class Template(Struct, forbid_unknown_fields=True):
    """A session template."""

    schema: Literal[1]
    id: Annotated[str, Meta(pattern="^[a-z0-9-]+$")]
    name: Both
    when: Both
    total_minutes: int
    people: People
    links: list[str]
    steps: Annotated[list[StepText], Meta(min_length=1, max_length=60)]


Lines = dict[tuple[str | int, ...], int]


def load(path: Path) -> Template:
    """A checked template. TemplateError for a file that cannot be read or used."""
    try:
        source = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as why:
        raise TemplateError(f"{path}: cannot be read: {why}") from None
    return parse(source, str(path))


def parse(source: str, name: str) -> Template:
    """A checked template from its text; `name` stands in messages."""
    try:
        node = yaml.compose(source, Loader=yaml.SafeLoader)
        content = yaml.safe_load(source)
    except yaml.YAMLError as why:
        mark = getattr(why, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        problem = getattr(why, "problem", None) or "not readable as YAML"
        remedy = "mend the indentation or quotes"
        raise TemplateError(f"{name}, line {line}: {problem}; {remedy}") from None
    lines: Lines = {}
    try:
        if node is not None:
            _number_lines(node, (), lines)
        template = msgspec.convert(content, Template, strict=True)
    except RecursionError:
        raise TemplateError(
            f"{name}, line 1: something contains itself: write it out instead of *alias"
        ) from None
    except msgspec.ValidationError as why:
        message, _, where = str(why).partition(" - at `$")
        raise TemplateError(_explain(name, lines, _path(where.rstrip("`")), message)) from None
    _check(template, name, lines)
    return template


def _number_lines(node: yaml.Node, path: tuple[str | int, ...], lines: Lines) -> None:
    lines[path] = node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            _number_lines(value, (*path, str(key.value)), lines)
            lines[(*path, str(key.value))] = key.start_mark.line + 1
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            _number_lines(value, (*path, index), lines)


def _path(text: str) -> tuple[str | int, ...]:
    """`.steps[2].minutes` as ("steps", 2, "minutes")."""
    parts: list[str | int] = []
    for part in text.replace("[", ".[").split("."):
        if part.startswith("[") and part[1:-1].isdigit():
            parts.append(int(part[1:-1]))
        elif part and not part.startswith("["):
            parts.append(part)
    return tuple(parts)


def _explain(name: str, lines: Lines, path: tuple[str | int, ...], message: str) -> str:
    where = path
    while where and where not in lines:
        where = where[:-1]
    place = "".join(f"[{p}]" if isinstance(p, int) else f".{p}" for p in path).lstrip(".")
    return f"{name}, line {lines.get(where, 1)}: {place or 'file'}: {message}"


def _check(template: Template, name: str, lines: Lines) -> None:
    """What a type cannot say."""

    def wrong(path: tuple[str | int, ...], message: str) -> TemplateError:
        return TemplateError(_explain(name, lines, path, message))

    total = sum(step.minutes for step in template.steps)
    if total != template.total_minutes:
        raise wrong(
            ("total_minutes",),
            f"says {template.total_minutes}, but the steps add up to {total}: "
            "change it, or the minutes of a step",
        )
    for index, link in enumerate(template.links):
        if link not in ROLES:
            raise wrong(("links", index), f"no role {link!r}: use one of {', '.join(ROLES)}")
    if "facilitator" not in template.links:
        raise wrong(("links",), "no link for the facilitator: add `facilitator`")
    seen: set[str] = set()
    for index, step in enumerate(template.steps):
        path: tuple[str | int, ...] = ("steps", index)
        if step.id in seen:
            raise wrong((*path, "id"), f"{step.id!r} stands twice: give each step its own id")
        for field, names in (("who", step.who), ("sees", step.sees), ("votes", step.votes)):
            for role in names:
                if role != "all" and role not in ROLES:
                    known = ", ".join(("all", *ROLES))
                    raise wrong((*path, field), f"no role {role!r}: use one of {known}")
        if step.kind not in KINDS:
            known = ", ".join(KINDS)
            raise wrong((*path, "kind"), f"no kind {step.kind!r}: use one of {known}")
        sources = step.settings.get("source", [])
        if not isinstance(sources, list):
            raise wrong((*path, "settings", "source"), "is no list: write [step, step]")
        for source in sources:
            if not isinstance(source, str) or source not in seen:
                raise wrong(
                    (*path, "settings", "source"),
                    f"{source!r} is no earlier step: name the id of a step above",
                )
        seen.add(step.id)
        try:
            _check_settings(template, index)
        except (msgspec.ValidationError, TypeError, ValueError, AttributeError) as why:
            raise wrong((*path, "settings"), f"{why}") from None


def _check_settings(template: Template, index: int) -> None:
    step = template.steps[index]
    lanes = step.settings.get("lanes", [])
    if not isinstance(lanes, list) or any(not _is_both(lane) for lane in lanes):
        raise ValueError("lanes: give a list, each lane as {ru: name, en: name}")
    make = KINDS[step.kind].settings
    settings = _settings(template, index)
    if make is not None:
        make(0, 0, settings)
    elif settings:
        raise ValueError(f"a step of kind {step.kind} takes no settings: leave them out")
    if step.settings.get("anonymous", "never") not in ("never", "always"):
        raise ValueError("anonymous: use `always` or `never`")
    if _anonymous(step) and step.kind not in ("ideate", "vote"):
        raise ValueError("only a step of kind ideate or vote can be anonymous")
    if _anonymous(step) and not step.settings.get("hidden", True):
        raise ValueError("an anonymous step must be hidden: leave out `hidden: false`")


def _is_both(lane: object) -> bool:
    return (
        isinstance(lane, dict)
        and {type(text) for text in lane.values()} == {str}
        and (lane.keys() == {"ru", "en"})
    )


def _anonymous(step: StepText) -> bool:
    return bool(step.settings.get("anonymous") == "always")


def _settings(template: Template, index: int) -> dict[str, Any]:
    """A step's settings as the rules take them: lanes as pairs, sources as step ids."""
    settings = dict(template.steps[index].settings)
    settings.pop("anonymous", None)
    if "lanes" in settings:
        settings["lanes"] = [[lane["ru"], lane["en"]] for lane in settings["lanes"]]
    if "source" in settings:
        ids = [step.id for step in template.steps]
        settings["source"] = [step_id(ids.index(source)) for source in settings["source"]]
    return settings


def _hides_authors(step: StepText, settings: dict[str, Any], names: Names) -> bool:
    """Whether a step is to be anonymous: it says so itself, or everything that can be is."""
    if names == "named":
        return _anonymous(step)
    kind = KINDS[step.kind]
    return bool(kind.blind and kind.settings and kind.blind(kind.settings(0, 0, settings)))


def design(
    template: Template, lang: Lang, internal: list[bool], names: Names = "named"
) -> OpenRoom:
    """The command that opens a room from a template. `internal` tells which of the expected
    departments never meet the customer; with `names` "anonymous", every step that can hide its
    authors does."""
    steps = []
    for index, step in enumerate(template.steps):
        who = mask_of(step.who)
        settings = _settings(template, index)
        steps.append(
            StepPlan(
                step.kind,
                Text(step.name.ru, step.name.en),
                Text(step.prompt.ru, step.prompt.en),
                step.minutes * MINUTE_MS,
                step.overtime.policy,
                who,
                (mask_of(step.sees) if step.sees else who | OBSERVER) | ROLES["stage"],
                mask_of(step.votes) if step.votes else who,
                _hides_authors(step, settings, names),
                settings,
            )
        )
    links: list[Mask] = [ROLES[link] for link in template.links]
    return OpenRoom(RULES_NUMBER, lang, steps, links, internal)


def overview(template: Template) -> dict[str, Any]:
    """What somebody who chooses a template is shown of it. `hides` tells of a step whether its
    authors can be hidden, `anonymous` whether they always are."""
    steps = []
    for index, step in enumerate(template.steps):
        hides = _hides_authors(step, _settings(template, index), "anonymous")
        steps.append(
            {
                "name": msgspec.to_builtins(step.name),
                "kind": step.kind,
                "minutes": step.minutes,
                "hides": hides,
                "anonymous": _anonymous(step),
            }
        )
    return {
        "id": template.id,
        "name": msgspec.to_builtins(template.name),
        "when": msgspec.to_builtins(template.when),
        "minutes": template.total_minutes,
        "people": msgspec.to_builtins(template.people),
        "links": template.links,
        "steps": steps,
    }


def shipped() -> dict[str, Template]:
    """The templates that come with Oneroom, by id."""
    found = [load(path) for path in sorted(FOLDER.glob("*.yaml"))]
    return {template.id: template for template in found}


__all__ = ["Template", "TemplateError", "design", "load", "overview", "parse", "shipped"]
