"""How long notices stay, and the addresses to which they go."""

from ravi.core.retention import goes
from ravi.notices.models import Address, Case, Dispatch, Notice

goes(
    "notices_notice", "to whom; who did what", "what is to be done stands on the desk anyway", days=180,
    old=lambda before: Notice.objects.filter(created_at__lt=before),
)  # fmt: skip
goes(
    "notices_address", "e-mail address, Matrix name", "an ended address is written to no more", days=30,
    old=lambda before: Address.objects.filter(ended_at__lt=before),
)  # fmt: skip
goes(
    "notices_dispatch", "", "whether a notice went out", days=90,
    old=lambda before: Dispatch.objects.filter(ended_at__lt=before),
)  # fmt: skip
goes(
    "notices_case", "", "what lasted has ended", days=180,
    old=lambda before: Case.objects.filter(closed_at__lt=before),
)  # fmt: skip
