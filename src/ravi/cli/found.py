"""`ravi found SLUG`: an institution of your own and its first head, in the running Ravi of this home.

The password is asked for, or read from the first line of stdin; never an argument, which others could see. The head
sets up a second factor at the first sign-in. Exit 0 founded, 4 a sentence says why not.
"""

import argparse
import getpass
import os
import sys
from typing import Any

from ravi.cli.home import Running, running
from ravi.cli.publish import become_web

DONE, OTHER = 0, 4
ABSENT = "Ravi does not run in this home. Start it with `ravi up`, then found the institution. Nothing was written."
DEMO = (
    "This Ravi is a demo, whose people need no second factor: found your institution in another home "
    "(RAVI_HOME=... ravi up). Nothing was written."
)


class NotFounded(Exception):
    """Something typed cannot be taken; the message is one sentence per line."""


def add_parsers(subparsers: Any) -> None:
    """`ravi found` among the commands."""
    parser = subparsers.add_parser(
        "found",
        help="found an institution of your own, with its first head",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("slug", metavar="SLUG", help="short name for addresses: Latin letters, digits, dashes")
    parser.add_argument("--name", required=True, help="name of the institution, as people write it")
    parser.add_argument("--head", required=True, metavar="USER", help="user name of the first head")
    parser.add_argument("--head-name", required=True, metavar="NAME", help="the head's name and family name")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """The exit code."""
    here = running()
    if (here is None or not here.is_ready) and not os.environ.get("DATABASE_URL"):
        print(ABSENT, file=sys.stderr)
        return OTHER
    if here and here.is_demo:
        print(DEMO, file=sys.stderr)
        return OTHER
    try:
        become(here)
        said = found(options, asked_password(options.head))
    except NotFounded as problem:
        print(problem, file=sys.stderr)
        return OTHER
    print(said)
    return DONE


def become(here: Running | None) -> None:
    """The running web's settings; with units of their own (deploy/systemd) those of this environment."""
    if here is not None:
        become_web(here)
        return
    os.environ["DJANGO_SETTINGS_MODULE"] = "ravi.config.settings"
    import django  # noqa: PLC0415 -- settings are chosen on the line above

    django.setup()


def asked_password(username: str) -> str:
    """Typed twice on a terminal, else the first line of stdin. Raises NotFounded."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    first = getpass.getpass(f"First password of {username} (at least 10 characters): ")
    if getpass.getpass("Once more: ") != first:
        raise NotFounded("The two passwords differ. Nothing was written.")
    return first


def found(options: argparse.Namespace, password: str) -> str:
    """What was done, in sentences. Raises NotFounded."""
    from django.db import OperationalError  # noqa: PLC0415 -- Django is set up by the caller
    from django.utils import translation  # noqa: PLC0415 -- Django is set up by the caller

    from ravi.accounts import services  # noqa: PLC0415 -- Django is set up by the caller
    from ravi.accounts.forms import InstitutionForm, PersonForm  # noqa: PLC0415 -- Django is set up by the caller

    with translation.override("en"):
        place = InstitutionForm({"name": options.name, "slug": options.slug})
        head = PersonForm({"name": options.head_name, "username": options.head, "password": password})
        wrong = [
            f"{form[name].label}: {' '.join(map(str, said))}"
            for form in (place, head)
            for name, said in form.errors.items()
        ]
        if wrong:
            raise NotFounded("\n".join([*wrong, "Nothing was written."]))
        fields = place.cleaned_data | {"head": head.cleaned_data["name"], "username": head.cleaned_data["username"]}
        try:
            person = services.open_institution(**fields, password=head.cleaned_data["password"])
        except services.AccountRefused as refused:
            raise NotFounded(f"{refused} Nothing was written.") from refused
        except OperationalError as error:
            raise NotFounded("The database does not answer. Nothing was written.") from error
    return (
        f"{person.institution.name} stands, with {person.name} as its head.\n"
        f"Sign in as {person.username}; the second factor is set up then. The first page says what comes next."
    )
