"""How long notices stay."""

from ravi.core.retention import goes
from ravi.notices.models import Notice

goes(
    "notices_notice", "to whom; who did what", "what is to be done stands on the desk anyway", days=180,
    old=lambda before: Notice.objects.filter(created_at__lt=before),
)  # fmt: skip
