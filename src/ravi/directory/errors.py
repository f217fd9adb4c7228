"""Why an act on a channel was refused: each text is a sentence for the person who asked, and holds no secret."""


class DirectoryRefused(Exception):
    """The base of them all."""


class ChannelRefused(DirectoryRefused):
    """The channel cannot be opened, changed or moved like this."""


class ChannelTaken(ChannelRefused):
    """The institution already has this handle on this platform."""


class CredentialRefused(DirectoryRefused):
    """The credential was not kept or cannot be checked."""


class LoanRefused(DirectoryRefused):
    """The channel cannot be lent."""


class CustodianRefused(DirectoryRefused):
    """The person cannot be named, or not until that day."""
