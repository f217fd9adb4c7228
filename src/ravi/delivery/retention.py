"""How long the ledger's rows stay."""

from ravi.core.blob_names import names_bytes, tells_of_bytes
from ravi.core.retention import goes, stays
from ravi.delivery.models import ReadingDue, Worker

stays("delivery_delivery", "the words that were sent", "the receipt of what was published, and where")
stays("delivery_ledger", "", "append-only: what became of each copy")
stays("delivery_attempt", "what platforms answered, shortened", "append-only: the evidence of each call")
stays(
    "delivery_handreport",
    "what a person did by hand (a sentence, a picture)",
    "the receipt of what no program published",
)
stays("delivery_slot", "", "one row per channel")
stays("delivery_stoporder", "why (a sentence)", "says when sending was stopped, and who let it go on")
for _table in ("delivery_bucket", "delivery_breaker", "delivery_way"):
    stays(_table, "", "one row per credential or route")
goes(
    "delivery_worker", "a machine's name", "engines of long ago explain nothing", days=30, of_institution=False,
    old=lambda before: Worker.objects.filter(seen_at__lt=before),
)  # fmt: skip
stays("delivery_reading", "counts; who wrote one down (ids)", "append-only: what was reached, month by month")
goes(
    "delivery_reading_due", "", "what is read no more", days=40,
    old=lambda before: ReadingDue.objects.filter(ended_at__lt=before),
)  # fmt: skip
stays(
    "delivery_read_back",
    "words that stood where others should (ours of before, as a rule)",
    "says whether a change stands",
)
names_bytes("delivery_handreport", "evidence")
names_bytes("delivery_reading", "evidence_sha256")
tells_of_bytes("delivery_delivery", "payload")
