"""How long the door's rows stay."""

from ravi.api.models import Answer
from ravi.core.retention import goes

goes(
    "api_answer", "what a program was answered, with a message's words", "a request that got lost is repeated soon",
    days=1, old=lambda before: Answer.objects.filter(at__lt=before),
)  # fmt: skip
