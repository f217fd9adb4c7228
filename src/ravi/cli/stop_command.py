"""`ravi stop all` and `ravi resume all` with Django at hand: who asks, what was done, what waits now."""

import argparse
import sys
from collections.abc import Callable

from django.db import OperationalError
from django.utils import translation
from django.utils.translation import gettext as _

from ravi.accounts.models import Person
from ravi.accounts.queries import rights
from ravi.accounts.rules import Ability, Verb
from ravi.cli.identity import NotProven, Proof, known_person, prove
from ravi.cli.stop import DONE, OTHER
from ravi.core.calendar import number
from ravi.core.tenancy import tenant
from ravi.delivery import services
from ravi.delivery.errors import Refused
from ravi.delivery.queries import operators_stop


def stop_all(options: argparse.Namespace) -> int:
    """Stop every institution's sending."""
    return _answer(lambda: _stop(options))


def resume_all(options: argparse.Namespace) -> int:
    """End every operator's stop in force."""
    return _answer(lambda: _resume(options))


def _answer(act: Callable[[], str]) -> int:
    translation.activate("fa")
    try:
        said = act()
    except (NotProven, Refused) as refused:
        print(str(refused), file=sys.stderr)
        return OTHER
    except OperationalError:
        print(_("The database does not answer. Nothing was changed."), file=sys.stderr)
        return OTHER
    print(said)
    return DONE


def _stop(options: argparse.Namespace) -> str:
    person = _person(options, Ability.STOP_SENDING, with_code=False)
    services.stop_everything(by=person, reason=options.reason, removals_too=options.removals_too)
    return _(
        "Sending is stopped for every institution. Nothing is lost. To let it go on, another person says:"
        " ravi resume all --as NAME"
    )


def _resume(options: argparse.Namespace) -> str:
    person = _person(options, Ability.RESUME_SENDING, with_code=True)
    waiting = 0
    found = operators_stop()
    if found is None:
        return _("Nothing is stopped by the operator.")
    while found is not None:
        waiting += sum(services.lift_everything(found, by=person).values())
        found = operators_stop()
    if not waiting:
        return _("Sending goes on. Nothing fell due meanwhile.")
    return _("Sending goes on. %(n)s copies fell due meanwhile and wait for people on their pages.") % {
        "n": number(waiting)
    }


def _person(options: argparse.Namespace, ability: Ability, *, with_code: bool) -> Person:
    person = known_person(options.person)
    translation.activate(person.language)
    if not person.institution.is_demo:
        code = getattr(options, "code", "")
        prove(person, Proof(options.token_file, "RAVI_TOKEN", code, "RAVI_CODE"), Verb.STOP, with_code=with_code)
    with tenant(person.institution_id):
        may = rights(person).may_everywhere(ability)
    if not may:
        raise NotProven(_("%(who)s has no role that reaches a whole institution for this.") % {"who": person.name})
    return person
