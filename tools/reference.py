"""Writes the reference pages from the code, so that they cannot say anything else than it does.

    python tools/reference.py write    write docs/reference/{roles,states,stops,adapters,commands,api}.md
    python tools/reference.py check    exit 1 when one of them is out of step with the code

`docs/reference/settings.md` is written by hand and held by a test of its own.
"""

import argparse
import importlib
import os
import sys
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from functools import partial
from pathlib import Path

import django

ROOT = Path(__file__).resolve().parent.parent
PAGES = ROOT / "docs" / "reference"
sys.path[:0] = [str(ROOT / "src"), str(ROOT / "tools")]
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ravi.config.settings")
django.setup()

import proofs  # noqa: E402
import routes  # noqa: E402
from django.utils import translation  # noqa: E402 -- Django is set up above

from ravi.accounts.models import Role  # noqa: E402
from ravi.accounts.rules import INSTITUTION_WIDE, MAY, Ability, RoleKind  # noqa: E402
from ravi.cli.program import COMMANDS  # noqa: E402
from ravi.core.beads import BEADS  # noqa: E402
from ravi.delivery import rules  # noqa: E402
from ravi.delivery.rules import Action, Code, Scope, State  # noqa: E402
from ravi.platforms import registry  # noqa: E402
from ravi.platforms.compose import CLASSES  # noqa: E402
from ravi.platforms.contract import ABILITIES, Adapter, Profile, abilities_of  # noqa: E402
from ravi.publishing.rules import TRANSITIONS, Act, PostState  # noqa: E402

Page = Iterator[str]


def head(title: str, source: str) -> Page:
    yield f"# {title}"
    yield from say(f"Made from [the code]({source}) by `tools/reference.py`; a test fails when this page is stale.")


def say(text: str) -> Page:
    """A paragraph."""
    yield ""
    yield from textwrap.wrap(text, 130, break_long_words=False, break_on_hyphens=False)


def table(titles: Sequence[str], rows: Iterable[Sequence[object]]) -> Page:
    yield ""
    yield f"| {' | '.join(titles)} |"
    yield f"|{'---|' * len(titles)}"
    for row in rows:
        yield f"| {' | '.join(cell(one) for one in row)} |"


def cell(value: object) -> str:
    return str(value).replace("|", "\\|").replace("\n", " ")


def persian(text: object) -> str:
    with translation.override("fa"):
        return str(text)


def english(text: object) -> str:
    with translation.override("en"):
        return str(text)


# Roles ------------------------------------------------------------------------------------------------------------


def roles() -> Page:
    yield from head("Roles", "../../src/ravi/accounts/rules.py")
    names = {kind: Role.Kind(kind).label for kind in RoleKind}
    reach = ((kind, english(name), persian(name), held_at(kind)) for kind, name in names.items())
    yield from table(("role", "English", "فارسی", "held at"), ((f"`{kind}`", *rest) for kind, *rest in reach))
    yield from ("", "## What each may do")
    marks = ((f"`{one}`", *("●" if one in MAY[kind] else "" for kind in RoleKind)) for one in Ability)
    yield from table(("", *(f"`{kind}`" for kind in RoleKind)), marks)
    yield from say(
        "Whoever has no second factor yet can reach only the pages where they set one up; a demo institution does "
        "without. A role of a unit reaches over that unit and everything under it. Nobody approves words that they "
        "wrote or changed, whatever their roles; and the person who ordered a stop does not lift it."
    )


def held_at(kind: RoleKind) -> str:
    return "headquarters; the whole institution" if kind in INSTITUTION_WIDE else "a unit; it and what is under it"


# States -----------------------------------------------------------------------------------------------------------


def states() -> Page:
    yield from head("States", "../../src/ravi/delivery/rules.py")
    yield from ("", "## Of a copy")
    titles = ("state", "English", "فارسی", "may become", "", "asks of a person")
    yield from table(titles, (copy_state(state) for state in State))
    yield from say(
        "*over*: the copy leaves this state never. *settled*: `ravi publish` waits no longer for it. A held copy "
        "asks `renew_credential` instead where the credential was refused."
    )
    codes = ", ".join(f"`{code}`" for code in Code)
    yield from say(f"Codes that say why: {codes}; a platform's own code may stand in the same place.")
    yield from say(
        f"Late by more than {rules.LATENESS_LIMIT_S // 60} minutes, or expired, a copy that waits is `missed`; one "
        "of which an earlier attempt is unclear becomes `unknown`."
    )
    yield from ("", "## Of a message")
    moves = ((f"`{before}`", *(after(before, act) for act in acts())) for before in PostState)
    yield from table(("state", *(str(act) for act in acts())), moves)
    yield from say(
        "Editing an approved message works only while no copy of it has left: its yes is voided, its copies are "
        "cancelled."
    )


def copy_state(state: State) -> tuple[object, ...]:
    word, moves = BEADS[state].word, following(rules.TRANSITIONS[state])
    return f"`{state}`", english(word), persian(word), moves, kind_of(state), asks(state)


def acts() -> list[Act]:
    return list(dict.fromkeys(act for _before, act in TRANSITIONS))


def after(before: PostState, act: Act) -> str:
    found = TRANSITIONS.get((before, act))
    return f"`{found}`" if found else ""


def following(states_after: Iterable[State]) -> str:
    return ", ".join(f"`{state}`" for state in State if state in states_after)


def kind_of(state: State) -> str:
    if state in rules.TERMINAL:
        return "over"
    return "settled" if state in rules.SETTLED else "open"


def asks(state: State) -> str:
    return f"`{rules.asks(state)}`" if rules.asks(state) else ""


# Stops ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Example:
    """A copy, and a stop over it, as `rules.covers` sees them."""

    action: str = Action.PUBLISH
    scope: str = Scope.ALL
    key: str = ""
    removals_too: bool = False
    institution_id: int = 1
    unit_id: int = 2
    campaign_id: int | None = 3
    platform: str = "telegram"
    channel_id: int = 4
    topic: str = "light"


# scope -> (the key of a stop over the example, what the key is)
KEYS = {
    Scope.ALL: ("", ""),
    Scope.INSTITUTION: ("", ""),
    Scope.UNIT: ("2", "the unit's id"),
    Scope.CAMPAIGN: ("3", "the campaign's id"),
    Scope.PLATFORM: ("telegram", "the platform's kind"),
    Scope.CHANNEL: ("4", "the channel's id"),
    Scope.TOPIC: ("light", "what posts are about"),
}


def stops() -> Page:
    yield from head("Stops", "../../src/ravi/delivery/rules.py")
    yield from say(
        "From the commit of a stop on, nothing in its scope begins to be sent. A call that has passed the fence "
        "runs to its end."
    )
    rows = ((f"`{scope}`", KEYS[scope][1], reach(scope), held(scope, False), held(scope, True)) for scope in Scope)
    yield from table(("scope", "key", "reaches", "holds", "holds with `removals_too`"), rows)
    yield from say(
        "What fell due during a stop is `held` and waits for a person; what is due later stays in line. Another "
        "person than the stopper lifts it (`resume_sending`, see [roles](roles.md)); copies then go on one by one "
        "or all together. A `unit` stop holds the copies of that unit's channels, not those of units under it."
    )


def reach(scope: Scope) -> str:
    elsewhere = rules.covers(Example(scope=scope, key=KEYS[scope][0]), Example(institution_id=9))
    return "every institution" if elsewhere else "its own institution"


def held(scope: Scope, removals_too: bool) -> str:
    stop = Example(scope=scope, key=KEYS[scope][0], removals_too=removals_too)
    return ", ".join(action for action in Action if rules.covers(stop, Example(action=action)))


# Adapters ---------------------------------------------------------------------------------------------------------


def adapters() -> Page:
    yield from head("Adapters", "../../src/ravi/platforms/registry.py")
    yield from say(
        "Every adapter publishes. What else it can do is a type (`platforms/contract/`); what it lacks is no method."
    )
    reached = {kind: registry.platforms(kind) for kind in registry.kinds()}
    pairs = [(kind, one) for kind in reached if not registry.is_by_hand(kind) for one in reached[kind]]
    yield from abilities(pairs)
    yield from ("", "## What proves it")
    yield from table(("what", "test of the contract, passed by all that have the method"), proofs.by_ability())
    yield from ("", *table(("adapter", "judged in"), proofs.by_adapter()))
    yield from all_limits([*pairs, *(("manual", one) for one in registry.own() if one not in reached)])
    yield from ("", "## Credentials")
    asked = ((f"`{kind}`", credentials(registry.adapter(kind, reached[kind][0]))) for kind in reached)
    yield from table(("adapter", "fields (● is secret)"), asked)
    yield from ("", "## Classes of length")
    named = (
        (f"`{name}`", " and ".join(f"{most:,} `{unit}`" for unit, most in maxima)) for name, maxima in CLASSES.items()
    )
    yield from table(("variant", "at most"), named)


def abilities(pairs: Sequence[tuple[str, str]]) -> Page:
    yield from ("", "## Abilities")
    rows = [(f"`{kind}`", platform, *able(registry.adapter(kind, platform))) for kind, platform in pairs]
    rows.append(("`manual`", "every platform", *able(registry.adapter("manual"))))
    yield from table(("adapter", "platform", *ABILITIES, "the same key again"), rows)
    yield from say(
        "*native*: the server keeps the key and answers the first receipt. *natural*: the key is the record's "
        "name, a second post cannot come about. *lookup*: it can be read back, but the server itself would make a "
        "second post. *none*: only a person can say. `manual` stands for a person's hand; its rows below are "
        "platforms that no program reaches."
    )


def all_limits(pairs: Sequence[tuple[str, str]]) -> Page:
    yield from ("", "## Limits")
    titles = ("adapter", "platform", "text", "with media", "images", "videos", "pace", "read")
    yield from table(titles, (limits(*pair) for pair in pairs))
    yield from say(
        "Pace: the pause on one channel, counted from completion, and the calls of one credential (sustained, at once)."
    )
    yield ""
    for kind, platform in pairs:
        yield from sources(kind, platform)


def able(adapter: type[Adapter]) -> list[str]:
    return [*("●" if name in abilities_of(adapter) else "" for name in ABILITIES), again(adapter)]


def again(adapter: type[Adapter]) -> str:
    means = adapter.idempotency
    lifetime = f" for {means.lifetime_s / 60:.0f} minutes" if means.lifetime_s else ""
    return f"{means.kind}{lifetime}" + (
        ", per credential" if means.kind == "native" and means.scope == "credential" else ""
    )


def limits(kind: str, platform: str) -> list[object]:
    own = registry.profile(kind, platform)
    pace = f"{own.gap_s:g} s; {own.bucket.rate_per_s:g}/s, {own.bucket.burst}"
    images = f"{own.max_media} of {size(own.max_media_bytes)}" if own.media_types else "none"
    return [
        f"`{kind}`",
        platform,
        maxima(own, with_media=False),
        maxima(own, with_media=True),
        images,
        f"{own.video.maximum} of {size(own.video.max_bytes)}" if own.video else "none",
        pace,
        own.read_on,
    ]


def size(size_bytes: int) -> str:
    return f"{size_bytes // 2**20} MiB" if size_bytes % 2**20 == 0 else f"{size_bytes / 1e6:g} MB"


def maxima(own: Profile, *, with_media: bool) -> str:
    return " and ".join(f"{one.maximum:,} `{one.unit}`" for one in own.limits(with_media=with_media)) or "no limit"


def sources(kind: str, platform: str) -> Page:
    own = registry.profile(kind, platform)
    said = dict.fromkeys(
        linked(one) for one in (*(limit.source for limit in own.text_limits), own.source, own.media_source)
    )
    yield f"- `{kind}` {platform}: {'; '.join(said)}.{' ' + own.note_en if own.note_en else ''}"


def linked(source: str) -> str:
    return f"<{source}>" if source.startswith("http") else source


def credentials(adapter: type[Adapter]) -> str:
    asked = fields(adapter.credentials_type)
    return ", ".join(f"{one.metadata['label_en']}{' ●' if one.metadata['secret'] else ''}" for one in asked)


# Commands ---------------------------------------------------------------------------------------------------------


def commands() -> Page:
    yield from head("Commands", "../../src/ravi/cli/program.py")
    yield from say(
        "From a clone write `./ravi`; where Ravi is installed, `ravi`. Exit codes: 0 well, 1 something is wrong, "
        "2 a mistyped command, 4 could not be done now; `ravi publish` has [its own](../message-file.md)."
    )
    parser = argparse.ArgumentParser(prog="ravi")
    subparsers = parser.add_subparsers()
    for stem in dict.fromkeys(COMMANDS.values()):
        importlib.import_module(f"ravi.cli.{stem}").add_parsers(subparsers)
    helps = {choice.dest: choice.help or "" for choice in subparsers._choices_actions}
    for name, one in subparsers.choices.items():
        yield ""
        yield f"## `ravi {name}`"
        yield from command(one, helps.get(name, ""))


def command(parser: argparse.ArgumentParser, said: str) -> Page:
    yield from say(f"{said[:1].upper()}{said[1:]}.")
    inner = next((one for one in parser._actions if isinstance(one, argparse._SubParsersAction)), None)
    if inner is not None:
        helps = {choice.dest: choice.help or "" for choice in inner._choices_actions}
        for name, one in inner.choices.items():
            yield ""
            yield f"### `{parser.prog.removeprefix('ravi ') and parser.prog} {name}`"
            yield from command(one, helps.get(name, ""))
        return
    rows = [option(one) for one in parser._actions if not isinstance(one, argparse._HelpAction)]
    if rows:
        yield from table(("option", "meaning"), rows)


def option(one: argparse.Action) -> tuple[str, str]:
    name = (
        "FILE"
        if isinstance(one.metavar, tuple)
        else one.metavar or (one.choices and "|".join(map(str, one.choices))) or one.dest.upper()
    )
    words = (
        f"{', '.join(one.option_strings)}{'' if one.nargs == 0 else ' ' + str(name)}"
        if one.option_strings
        else str(name)
    )
    needed = " (needed)" if one.required and one.option_strings else ""
    default = one.default if isinstance(one.default, str | int) and not isinstance(one.default, bool) else ""
    said = (one.help or "") % {"default": one.default, "prog": "ravi"}
    told = f" (default {default})" if default not in ("", None) and "default" not in said else ""
    return f"`{words}`{needed}", said + told


WRITERS: dict[str, object] = {"roles": roles, "states": states, "stops": stops, "adapters": adapters}
WRITERS |= {"commands": commands, "api": partial(routes.page, head, say, table)}


def text_of(name: str) -> str:
    """One page as it should stand."""
    with translation.override("en"):
        return "\n".join(WRITERS[name]()) + "\n"  # type: ignore[operator]


def stale() -> list[str]:
    """The pages that are out of step with the code."""
    paths = {name: PAGES / f"{name}.md" for name in WRITERS}
    return [
        name for name, path in paths.items() if not path.exists() or path.read_text(encoding="utf-8") != text_of(name)
    ]


def main(argv: Sequence[str]) -> int:
    """Write the pages, or say which are stale."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["write", "check"])
    is_check = parser.parse_args(argv).what == "check"
    found = stale()
    for name in found:
        if not is_check:
            (PAGES / f"{name}.md").write_text(text_of(name), encoding="utf-8")
        print(f"docs/reference/{name}.md {'is stale: python tools/reference.py write' if is_check else 'written'}")
    return 1 if is_check and found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
