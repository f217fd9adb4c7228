"""Translations of a message, whether they still say what is offered, and which of them people may be given."""

from django.db.models import BooleanField, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet

from ravi.network.models import Message, Translation, TranslationYes, Version
from ravi.publishing.rules import Topic


def translations_of(message: Message) -> QuerySet[Translation]:
    """The newest of each language, with `is_outdated`: a newer version of the message has been issued since."""
    is_older = ExpressionWrapper(~Q(version=F("version__message__current")), output_field=BooleanField())
    mine = translations_judged().filter(version__message=message).annotate(is_outdated=is_older)
    return mine.order_by("lang", "-version__number").distinct("lang")


def translation_of(message: Message, lang: str) -> Translation | None:
    """The newest in that language."""
    return translations_of(message).filter(lang=lang).first()


def usable_translations(versions: "QuerySet[Version] | list[Version]") -> QuerySet[Translation]:
    """Those of these versions that units and citizens are given: of health words, none without an expert's yes."""
    return translations_judged().filter(
        ~Q(version__message__topic=Topic.HEALTH) | Q(is_endorsed=True), version__in=versions
    )


def yes_of(translation: Translation) -> TranslationYes | None:
    """The expert's yes to it as it is now."""
    said = TranslationYes.objects.filter(translation=translation, revision=translation.revision)
    return said.select_related("by").first()


def translations_judged() -> QuerySet[Translation]:
    """Translations with `is_endorsed`: whether an expert said yes to them as they are now."""
    said = TranslationYes.objects.filter(translation=OuterRef("pk"), revision=OuterRef("revision"))
    return Translation.objects.annotate(is_endorsed=Exists(said)).select_related("version", "by")
