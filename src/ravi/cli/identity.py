"""Who speaks on the command line: in a demo a name suffices; elsewhere a person's own key, and for a yes a code too."""

import getpass
import os
import sys
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext as _

from ravi.accounts.key import digest_of
from ravi.accounts.models import Person
from ravi.accounts.queries import key_of, narrow_rights, person_by_username
from ravi.accounts.rules import Verb
from ravi.accounts.second_factor import CodeRefused, WrongCode, note_wrong, prove_code
from ravi.core import clock
from ravi.core.tenancy import tenant


class NotProven(Exception):
    """Somebody is not who they say, or nobody is called that; the text is a sentence."""


@dataclass(frozen=True)
class Proof:
    """Where a person's key and code come from: a file, the environment, else a question on the terminal."""

    token_file: Path | None
    token_variable: str
    code: str = ""
    code_variable: str = ""


def known_person(username: str) -> Person:
    """The active person of that user name. Raises NotProven."""
    person = person_by_username(username)
    if person is None:
        raise NotProven(_("Nobody active here is called “%(name)s”.") % {"name": username})
    return person


def prove(person: Person, proof: Proof, verb: Verb, *, with_code: bool = False) -> None:
    """Raises NotProven unless the key is this person's own and may do that, and the code where one is asked for.

    From then on `person` may only what the key leaves of their rights.
    """
    token = _asked(proof.token_file, proof.token_variable, _("Key of %(who)s: ") % {"who": person.name})
    with tenant(person.institution_id):
        key = key_of(digest_of(token), clock.now())
        if key is None or key.person_id != person.pk:
            raise NotProven(
                _("This is not a valid key of %(who)s. Make one on your account page.") % {"who": person.name}
            )
        if verb not in key.verbs:
            raise NotProven(_("This key of %(who)s was not made for that. Make another one.") % {"who": person.name})
        narrow_rights(person, key)
    if with_code:
        _prove_code(person, proof)


def _prove_code(person: Person, proof: Proof) -> None:
    code = proof.code or _asked(None, proof.code_variable, _("Code of %(who)s: ") % {"who": person.name})
    try:
        prove_code(person, code)
    except WrongCode as wrong:
        note_wrong(person, None)
        raise NotProven(str(wrong)) from wrong
    except CodeRefused as refused:
        raise NotProven(str(refused)) from refused


def _asked(path: Path | None, variable: str, question: str) -> str:
    if path is not None:
        try:
            return path.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise NotProven(_("%(path)s cannot be read.") % {"path": path}) from error
    if os.environ.get(variable):
        return os.environ[variable].strip()
    if sys.stdin.isatty():
        return getpass.getpass(question).strip()
    said = {"what": question.rstrip(": "), "variable": variable}
    raise NotProven(_("%(what)s is missing: name a file, or set %(variable)s.") % said)
