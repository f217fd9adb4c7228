"""How long the door's rows stay."""

from ravi.api.models import Answer, WebhookCall
from ravi.api.webhook.rules import KEPT_DAYS
from ravi.core.retention import goes, stays

goes(
    "api_answer", "what a program was answered, with a message's words", "a request that got lost is repeated soon",
    days=1, old=lambda before: Answer.objects.filter(at__lt=before),
)  # fmt: skip
stays(
    "api_webhook",
    "who made it (ids), an address of another program",
    "says where a unit's news go; ended ones have no secret",
)
stays("api_webhookcursor", "", "how far the record was read")
goes(
    "api_webhookcall", "", "a log to find out by what another program was told", days=KEPT_DAYS,
    old=lambda before: WebhookCall.objects.filter(happened_at__lt=before),
)  # fmt: skip
stays("api_webhooktry", "", "goes with its call")
