"""How long rows about channels stay."""

from ravi.core.retention import goes, stays
from ravi.directory.models import Errand

stays("directory_channel", "", "the public list and its history")
stays("directory_custodian", "who held an account (ids)", "says who could have used an account, and when")
stays("directory_credential", "sealed credential", "until another one is set; only the engine opens it")
stays("directory_finding", "", "append-only: what an account told of its limits, and when")
stays("directory_loan", "", "who lent which channel")
goes(
    "directory_errand", "who asked for a check (ids)", "a check of a channel is soon out of date", days=180,
    old=lambda before: Errand.objects.filter(done_at__lt=before),
)  # fmt: skip
