"""The page of one image or video."""

from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from ravi.accounts.access import person_of
from ravi.accounts.queries import rights
from ravi.accounts.rules import Ability
from ravi.core import blob
from ravi.core.calendar import digits
from ravi.library import captions
from ravi.library.forms import StampForm, WordsForm
from ravi.library.forms.video import LANGUAGES, CaptionsForm, PictureForm, VideoWordsForm
from ravi.library.models import Media
from ravi.library.uses import uses_of


def words_form(media: Media, data: Any = None) -> WordsForm:
    """What is said about it now, to be said better."""
    said = {
        "alt_text": media.alt_text,
        "shows_people": "yes" if media.shows_people else "no",
        "consent_reference": media.consent_reference,
    }
    return (VideoWordsForm if media.is_video else WordsForm)(data, initial=said)


def page(request: HttpRequest, media: Media, *, status: int = 200, **forms: Any) -> HttpResponse:
    """`forms` are those that somebody has just filled in. Of what was erased it says only where it was."""
    person = person_of(request)
    context: dict[str, Any] = {"image": media, "uses": uses_of([media.pk], person).get(media.pk, ())}
    if media.erased_at is None:
        context |= {
            "form": words_form(media),
            "stamp_form": StampForm(prefix="stamp"),
            "may_edit": rights(person).may(Ability.WRITE_POST, media.unit_id),
            "may_erase": rights(person).may(Ability.ERASE_MEDIA, media.unit_id),
        }
        context |= _of_a_video(media) if media.is_video else {}
    return render(request, "library/media.html", context | forms, status=status)


def _of_a_video(media: Media) -> dict[str, Any]:
    return {
        "film": film_of(media),
        "length": length_of(media.duration_ms or 0),
        "captions_lang": media.captions_lang,
        "picture_form": PictureForm(),
        "captions_form": CaptionsForm(initial={"captions_lang": media.captions_lang or "fa"}),
        "captions_language": dict(LANGUAGES).get(media.captions_lang, media.captions_lang),
        "cues": captions_of(media.institution_id, media.captions_sha256),
    }


def captions_of(institution_id: int, sha256: str) -> list[captions.Cue]:
    """What is said and when, to be read; nothing where there are none or they are not kept."""
    try:
        return captions.read_captions(blob.get(institution_id, sha256)) if sha256 else []
    except (ObjectDoesNotExist, captions.Bad):
        return []


def film_of(media: Media) -> dict[str, Any]:
    """What core/parts/film.html plays. The picture's address changes with it, so that no page shows the one before."""
    return {
        "url": reverse("library:file", args=[media.pk]),
        "poster": f"{reverse('library:picture', args=[media.pk])}?{media.thumbnail_sha256[:8]}",
        "captions": reverse("library:captions", args=[media.pk]) if media.captions_sha256 else "",
        "captions_lang": media.captions_lang,
        "alt_text": media.alt_text,
        "width": media.width,
        "height": media.height,
    }


def length_of(duration_ms: int) -> str:
    """Minutes and seconds: ۱:۰۵"""
    minutes, seconds = divmod(max(1, round(duration_ms / 1000)), 60)
    return digits(f"{minutes}:{seconds:02}")
