"""How long messages and what belongs to them stay."""

from ravi.core.blob_names import tells_of_bytes
from ravi.core.retention import goes, stays
from ravi.publishing.models import SetAside

stays("publishing_post", "the institution's words", "the record of what was published and why")
for _table in ("publishing_variant", "publishing_postmedia", "publishing_postchannel"):
    stays(_table, "", "goes with its message")
stays("publishing_writer", "who wrote (ids)", "whoever wrote may not approve")
stays("publishing_copy", "the words that were approved", "shows what the approval was of")
stays("publishing_approval", "who said yes (ids)", "the approval itself")
stays("publishing_comment", "a note to the writer", "belongs to the record of the approval")
stays("publishing_commentanswer", "an answer to a note", "belongs to the record of the approval")
stays("publishing_passon", "who asked whom (ids), a sentence", "belongs to the record of the approval")
stays("publishing_steprule", "who set it (ids)", "as long as the institution wants it so")
stays("publishing_return", "a note to the writer", "belongs to the record of the approval")
stays("publishing_trouble", "", "counts of copies in trouble")
goes(
    "publishing_setaside", "words that somebody typed", "long enough to come back from a holiday", days=60,
    old=lambda before: SetAside.objects.filter(at__lt=before),
)  # fmt: skip
tells_of_bytes("publishing_copy", "payload")
