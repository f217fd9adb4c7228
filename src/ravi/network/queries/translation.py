"""Translations of a message, and whether they still say what is offered."""

from django.db.models import BooleanField, ExpressionWrapper, F, Q, QuerySet

from ravi.network.models import Message, Translation


def translations_of(message: Message) -> QuerySet[Translation]:
    """The newest of each language, with `is_outdated`: a newer version of the message has been issued since."""
    is_older = ExpressionWrapper(~Q(version=F("version__message__current")), output_field=BooleanField())
    mine = Translation.objects.filter(version__message=message).select_related("version", "by")
    return mine.annotate(is_outdated=is_older).order_by("lang", "-version__number").distinct("lang")
