"""Why the ledger does not do what it was asked: sentences that say what was kept."""

from django.utils.translation import gettext as _


class Refused(Exception):
    """The ledger is as it was before."""


class NotApproved(Refused):
    """The words differ from what was approved."""

    def __init__(self) -> None:
        super().__init__(_("These words are not the approved ones. Nothing was sent; ask for approval again."))


class ChannelNotPublic(Refused):
    """A channel is not active or not in the public list. `channel_ids` names them."""

    def __init__(self, channel_ids: list[int]) -> None:
        super().__init__(_("A channel is not active in the public list of official channels. Nothing was sent."))
        self.channel_ids = channel_ids


class AlreadyExpired(Refused):
    """The copy would go out after its expiry."""

    def __init__(self) -> None:
        super().__init__(_("This message expires before it would go out. Nothing was sent; choose another time."))


class AlreadyOrdered(Refused):
    """The same words already stand in this channel's line."""

    def __init__(self) -> None:
        super().__init__(_("These copies are already in line or published. Nothing was ordered twice."))


class SamePerson(Refused):
    """Whoever stopped does not resume."""

    def __init__(self) -> None:
        super().__init__(_("Another person has to let sending go on. The stop is still in force."))


class AlreadyLifted(Refused):
    """The stop has ended before."""

    def __init__(self) -> None:
        super().__init__(_("This stop was already ended."))


class StillStopped(Refused):
    """A stop still covers some of the copies."""

    def __init__(self) -> None:
        super().__init__(_("A stop still covers some of these copies. They stay held; end the stop first."))


class ReportRefused(Refused):
    """What a person says they did by hand cannot be written down as it is; the sentence says why."""


class TooLateToTakeBack(ReportRefused):
    """The confirmation stands: too much time has passed, or too much has happened."""

    def __init__(self) -> None:
        super().__init__(_("It is too late to take this back, or something was done with the copy since."))


class NotUnknown(Refused):
    """Meanwhile somebody, or the platform's own answer, has decided."""

    def __init__(self) -> None:
        super().__init__(_("The outcome of this copy has become known meanwhile. Nothing was changed."))
