"""The side jobs of the network: units are reminded, experts asked again, and what no longer holds is written down."""

from ravi.accounts.queries import institution_ids
from ravi.core.jobs import job, periodic
from ravi.core.logs import log, told_exception
from ravi.core.tenancy import tenant
from ravi.network.queries import offers_to_take
from ravi.network.services import (
    carry_shared_yes,
    correct_next,
    end_void_auto_adoptions,
    end_void_rules,
    remind,
    require_corrected,
    require_withdrawn,
    take_by_rule,
    tell_after_reviews,
    tell_offers,
    tell_reviews,
    withdraw_next,
    withdraw_what_is_left,
)


@periodic("network.remind", "* * * * * 20")
def remind_units(timestamp: int) -> None:
    """In every institution: units whose answer is awaited, and how many are late."""
    for institution_id in institution_ids():
        with tenant(institution_id):
            remind(institution_id)


@periodic("network.standing", "*/5 * * * *")
def standing(timestamp: int) -> None:
    """In every institution: standing approvals whose day, words or signer's right is gone, what heads let be taken."""
    for institution_id in institution_ids():
        with tenant(institution_id):
            end_void_rules(institution_id)
            end_void_auto_adoptions()


@periodic("network.withdraw_left", "*/5 * * * * 50")
def go_on_withdrawing(timestamp: int) -> None:
    """In every institution: withdrawals whose job gave up, or went with a restore."""
    for institution_id in institution_ids():
        with tenant(institution_id):
            withdraw_what_is_left(institution_id)


@periodic("network.after_review", "* * * * * 40")
def tell_of_after_reviews(timestamp: int) -> None:
    """In every institution: emergency messages that an expert is still to look at, before their hour and after it."""
    for institution_id in institution_ids():
        with tenant(institution_id):
            tell_after_reviews(institution_id)


@job("network.take")
def take(institution_id: int, message_id: int) -> None:
    """Answer a notice for every unit whose head said so before, each in its own transaction: twice is once."""
    with tenant(institution_id):
        waiting = list(offers_to_take(message_id))
    for offer in waiting:
        with tenant(institution_id):
            take_by_rule(offer)


@job("network.withdraw")
def withdraw(institution_id: int, message_id: int) -> None:
    """Take back every answer's post of a message that was withdrawn, one after the other: what is done stays, and what would
    not be taken back is tried again with the job."""
    past = 0
    while found := _withdraw_next(institution_id, message_id, past):
        past = found
    with tenant(institution_id):
        require_withdrawn(message_id)


def _withdraw_next(institution_id: int, message_id: int, past: int) -> int:
    with tenant(institution_id):
        return withdraw_next(message_id, past=past)


@job("network.correct")
def correct(institution_id: int, version_id: int) -> None:
    """Write the correction of every answer that an issued version is carried to, one after the other: what is done stays, and
    what could not be written is tried again with the job."""
    past = 0
    while found := _correct_next(institution_id, version_id, past):
        past = found
    with tenant(institution_id):
        require_corrected(version_id)


def _correct_next(institution_id: int, version_id: int, past: int) -> int:
    with tenant(institution_id):
        return correct_next(version_id, past=past)


@job("network.tell_offers")
def tell_units(institution_id: int, message_id: int) -> None:
    """Units hear of what was offered to them; what was told is marked in the same transaction."""
    with tenant(institution_id):
        tell_offers(message_id)


@periodic("network.shared_yes", "* * * * * */5")
def say_shared_yeses(timestamp: int) -> None:
    """In every institution in turn, a few posts at a time: yeses to many units that were said and not taken back."""
    waiting = institution_ids()
    while waiting:
        waiting = [institution_id for institution_id in waiting if _carry(institution_id)]


def _carry(institution_id: int) -> bool:
    try:
        with tenant(institution_id):
            return carry_shared_yes()
    except Exception as error:  # whatever one institution brings, the others go on; its own are tried again in seconds
        log("shared_yes_broke", institution=institution_id, **told_exception(type(error), error.__traceback__))
        return False


@periodic("network.review", "17 * * * *")
def tell_of_reviews(timestamp: int) -> None:
    """In every institution: health words that are due to be looked at again, told once."""
    for institution_id in institution_ids():
        with tenant(institution_id):
            tell_reviews(institution_id)
