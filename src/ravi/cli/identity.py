"""Who speaks on the command line: in a demo a name suffices; elsewhere a person's own key, and for a yes a code too."""

import getpass
import hashlib
import os
import sys
from dataclasses import dataclass
from pathlib import Path

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.utils.translation import gettext as _

from ravi.accounts.models import Person
from ravi.accounts.queries import has_key, person_by_username
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


def prove(person: Person, proof: Proof, *, with_code: bool = False) -> None:
    """Raises NotProven unless the key (and the code) are this person's own."""
    token = _asked(proof.token_file, proof.token_variable, _("Key of %(who)s: ") % {"who": person.name})
    with tenant(person.institution_id):
        is_theirs = has_key(person, hashlib.sha256(token.encode()).hexdigest(), clock.now())
    if not is_theirs:
        raise NotProven(_("This is not a valid key of %(who)s. Make one on your account page.") % {"who": person.name})
    if with_code:
        _prove_code(person, proof)


def _prove_code(person: Person, proof: Proof) -> None:
    secret = Authenticator.objects.filter(user=person, type=Authenticator.Type.TOTP).first()
    if secret is None:
        raise NotProven(
            _("%(who)s has no second factor with codes. Set one up on the account page, or approve in the browser.")
            % {"who": person.name}
        )
    code = proof.code or _asked(None, proof.code_variable, _("Code of %(who)s: ") % {"who": person.name})
    if not TOTP(secret).validate_code(code):
        raise NotProven(_("This code of %(who)s is not valid now.") % {"who": person.name})


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
