"""The only writers of the directory, one module per noun."""

from ravi.directory.errors import (
    ChannelRefused,
    ChannelTaken,
    CredentialRefused,
    CustodianRefused,
    DirectoryRefused,
    LoanRefused,
)
from ravi.directory.services.channel import (
    NewChannel,
    edit_channel,
    list_channel,
    move_channel,
    open_channel,
    request_channel,
)
from ravi.directory.services.credential import credentials_type, request_verification, set_credential
from ravi.directory.services.custodian import add_custodian, end_custodian
from ravi.directory.services.loan import lend_channel, revoke_loan

__all__ = [
    "ChannelRefused",
    "ChannelTaken",
    "CredentialRefused",
    "CustodianRefused",
    "DirectoryRefused",
    "LoanRefused",
    "NewChannel",
    "add_custodian",
    "credentials_type",
    "edit_channel",
    "end_custodian",
    "lend_channel",
    "list_channel",
    "move_channel",
    "open_channel",
    "request_channel",
    "request_verification",
    "revoke_loan",
    "set_credential",
]
