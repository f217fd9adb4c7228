"""Writing: start a post, save it without losing anybody's words, and undo what the safe level tidied."""

from collections.abc import Iterable
from dataclasses import replace

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from ravi.accounts.access import require
from ravi.accounts.models import Person, Unit
from ravi.accounts.rules import Ability
from ravi.core import audit, clock
from ravi.core.calendar import number
from ravi.directory.queries import channels_publishable_by
from ravi.library.queries import hold_media, media_visible_to
from ravi.platforms import registry
from ravi.platforms.compose import FULL
from ravi.publishing.draft import TITLE, DraftFields, as_json, cleaned
from ravi.publishing.errors import DraftRefused, EditedMeanwhile, NotNow, WordsKeptElsewhere
from ravi.publishing.models import Post, PostChannel, PostMedia, SetAside, Variant, Writer
from ravi.publishing.queries.draft import fields_of, typed_fields_of
from ravi.publishing.rules import (
    LONGEST_LINK,
    LONGEST_TEXT,
    LONGEST_TITLE,
    MOST_IMAGES,
    Act,
    PostState,
    Topic,
    variant_names,
)
from ravi.publishing.services import steps
from ravi.publishing.services.fitting import have_fitted
from ravi.publishing.services.withdrawal import cancel_unsent
from ravi.text.normalise import normalise


@transaction.atomic
def start_post(
    unit: Unit,
    fields: DraftFields | None = None,
    *,
    by: Person,
    words_at: str = "",
    spread_s: int = 0,
    corrects: Post | None = None,
) -> Post:
    """A new draft of `by` in `unit`. With `words_at` a higher room keeps its words: nobody changes them here. What
    `corrects` a message starts in services.correction.

    Raises PermissionDenied, DraftRefused.
    """
    require(by, Ability.WRITE_POST, unit.pk)
    _hold_images(None, fields or DraftFields())
    now = clock.now()
    post = Post.objects.create(
        institution_id=unit.institution_id,
        unit=unit,
        author=by,
        created_at=now,
        edited_at=now,
        edited_by=by,
        words_at=words_at,
        spread_s=spread_s,
        corrects=corrects,
    )
    audit.record("start_post", by=by.pk, subject=post, institution_id=post.institution_id, facts={"unit": unit.pk})
    _write(post, _aimed(post, cleaned(fields or DraftFields())), by)
    return post


def save_draft(post: Post, fields: DraftFields, *, expected_revision: int, by: Person) -> Post:
    """Keep what `by` typed over the revision they saw. The same words again change nothing.

    Raises PermissionDenied, DraftRefused, WordsKeptElsewhere, NotNow when copies have already gone out, and
    EditedMeanwhile, which has kept the words in a SetAside row: let this transaction end well.
    """
    conflict: EditedMeanwhile | None = None
    with transaction.atomic():
        current = steps.taken(post)
        steps.require_writer(current, by)
        wanted = _aimed(current, cleaned(fields))
        if _is_same(current, wanted):
            return current
        if current.words_at:
            raise WordsKeptElsewhere
        steps.state_after(current, Act.EDIT)
        if _has_changed(current, expected_revision):
            conflict = _set_aside(current, wanted, by)
        else:
            _change(current, wanted, by)
    if conflict:
        raise conflict
    return current


def undo_tidying(post: Post, part: str, *, expected_revision: int, by: Person) -> Post:
    """The part goes out exactly as it was typed."""
    return _set_as_typed(post, part, True, expected_revision, by)


def tidy_again(post: Post, part: str, *, expected_revision: int, by: Person) -> Post:
    """The safe level tidies the part again."""
    return _set_as_typed(post, part, False, expected_revision, by)


@transaction.atomic
def dismiss_set_aside(set_aside: SetAside, *, by: Person) -> None:
    """`by` has looked at their own set-aside words and lets them go."""
    if set_aside.person_id != by.pk:
        raise PermissionDenied(_("These are another person's words."))
    SetAside.objects.filter(pk=set_aside.pk).delete()


def _set_as_typed(post: Post, part: str, is_kept: bool, expected_revision: int, by: Person) -> Post:
    typed = typed_fields_of(Post.objects.get(pk=post.pk))
    names = typed.as_typed | {part} if is_kept else typed.as_typed - {part}
    return save_draft(post, replace(typed, as_typed=names), expected_revision=expected_revision, by=by)


def _aimed(post: Post, wanted: DraftFields) -> DraftFields:
    """A correction goes where its message went, is judged as that was, and has no time of its own."""
    if post.corrects is None:
        return wanted
    channel_ids = frozenset(post.corrects.chosen.values_list("channel_id", flat=True))
    return replace(wanted, channel_ids=channel_ids, topic=post.corrects.topic, due_at=None)


def _has_changed(post: Post, expected_revision: int) -> bool:
    """Whether the words are others than those `expected_revision` had; a return in between leaves them as they were."""
    is_only_returned = (
        post.revision == expected_revision + 1 and post.returns.filter(revision=expected_revision).exists()
    )
    return post.revision != expected_revision and not is_only_returned


def _is_same(post: Post, wanted: DraftFields) -> bool:
    """Whether the form says nothing new: every part reads as it was typed, or as it was tidied."""
    shown, typed = fields_of(post), typed_fields_of(post)
    if wanted.parts.keys() != shown.parts.keys():
        return False
    is_text_same = all(text in (shown.parts[name], typed.parts[name]) for name, text in wanted.parts.items())
    return is_text_same and _without_texts(wanted) == _without_texts(shown)


def _without_texts(fields: DraftFields) -> DraftFields:
    return replace(fields, title="", text="", variants={})


def _set_aside(post: Post, wanted: DraftFields, by: Person) -> EditedMeanwhile:
    kept = SetAside.objects.create(
        institution_id=post.institution_id, post=post, person=by, fields=as_json(wanted), at=clock.now()
    )
    steps.note("set_aside_draft", post, by, {"set_aside": kept.pk})
    return EditedMeanwhile(
        post, theirs=fields_of(post), yours=wanted, who=post.edited_by, at=post.edited_at, set_aside=kept
    )


def _change(post: Post, wanted: DraftFields, by: Person) -> None:
    _hold_images(post, wanted)
    before = PostState(post.state)
    post.state = steps.state_after(post, Act.EDIT)
    if before is PostState.APPROVED:
        steps.refuse_changing(post)
    voided = steps.void_approvals(post)
    if before is PostState.APPROVED and not cancel_unsent(post, by=by):
        raise NotNow(_("Copies of this message have already gone out. Withdraw it, or write a new one."))
    if before is PostState.SUBMITTED:
        steps.answer_request(post)
    post.revision += 1
    _write(post, wanted, by)
    steps.note("save_draft", post, by, {"from": before, "to": post.state, "voided": voided})


def _write(post: Post, fields: DraftFields, by: Person) -> None:
    _check(fields)
    typed_before = typed_fields_of(post).parts
    shown_before = fields_of(post).parts
    # A form gives back the tidied words; what was typed before it stays beside them, so that the undo stays exact.
    typed = {
        name: typed_before[name] if text == shown_before.get(name) and name in typed_before else text
        for name, text in fields.parts.items()
    }
    out = {name: text if name in fields.as_typed else normalise(text, lang=fields.lang) for name, text in typed.items()}
    post.title, post.typed_title = out.pop(TITLE), typed.pop(TITLE)
    post.text, post.typed_text = out.pop(FULL), typed.pop(FULL)
    post.as_typed = sorted(fields.as_typed & fields.parts.keys())
    post.lang, post.link, post.topic = fields.lang, fields.link, fields.topic
    post.valid_until, post.due_at = fields.valid_until, fields.due_at
    post.edited_at, post.edited_by = clock.now(), by
    post.save()
    _write_variants(post, out, typed)
    _write_images(post, fields.media_ids, by)
    _write_channels(post, fields.channel_ids, by)
    have_fitted(post, by=by)
    Writer.objects.bulk_create(
        [Writer(institution_id=post.institution_id, post=post, person=by, since=clock.now())], ignore_conflicts=True
    )


def _check(fields: DraftFields) -> None:
    if len(fields.title) > LONGEST_TITLE:
        raise DraftRefused(_("The title is longer than %(most)s characters.") % {"most": number(LONGEST_TITLE)})
    if any(len(text) > LONGEST_TEXT for text in fields.parts.values()):
        raise DraftRefused(_("A text is longer than %(most)s characters.") % {"most": number(LONGEST_TEXT)})
    for text in fields.parts.values():
        _check_encodable(text)
    unknown = fields.variants.keys() - variant_names(_platforms())
    if unknown:
        raise DraftRefused(_("There is no variant named “%(name)s”.") % {"name": min(unknown)})
    if fields.link and not fields.link.startswith(("https://", "http://")):
        raise DraftRefused(_("A link begins with https:// or http://."))
    if len(fields.link) > LONGEST_LINK or any(character.isspace() for character in fields.link):
        raise DraftRefused(_("A link has no space and at most %(most)s characters.") % {"most": number(LONGEST_LINK)})
    if fields.topic not in set(Topic):
        raise DraftRefused(_("Choose what the message is about: health, or the organisation."))
    if len(fields.media_ids) > MOST_IMAGES:
        raise DraftRefused(_("A message has at most %(most)s images.") % {"most": number(MOST_IMAGES)})


def _check_encodable(text: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise DraftRefused(_("Half a character came along with the text. Paste it again.")) from error


def _platforms() -> set[str]:
    return {platform for kind in registry.kinds() for platform in registry.platforms(kind)}


def _write_variants(post: Post, out: dict[str, str], typed: dict[str, str]) -> None:
    post.variants.exclude(name__in=out).delete()
    Variant.objects.bulk_create(
        [
            Variant(institution_id=post.institution_id, post=post, name=name, text=text, typed_text=typed[name])
            for name, text in out.items()
        ],
        update_conflicts=True,
        unique_fields=["post", "name"],
        update_fields=["text", "typed_text"],
    )


def _hold_images(post: Post | None, fields: DraftFields) -> None:
    """What is put in now cannot be erased before it stands there. Held before the audit chain, as an erasure does."""
    wanted = set(fields.media_ids) - (set(post.images.values_list("media_id", flat=True)) if post else set())
    if hold_media(wanted):
        raise DraftRefused(_("One of the images was erased at this very moment. Choose another."))


def _write_images(post: Post, media_ids: tuple[int, ...], by: Person) -> None:
    before = tuple(post.images.values_list("media_id", flat=True))
    if before == media_ids:
        return
    wanted = set(media_ids) - set(before)
    if media_visible_to(by).filter(pk__in=wanted).count() != len(wanted):
        raise DraftRefused(_("One of the images is not in sight any more. Choose it again."))
    post.images.all().delete()
    PostMedia.objects.bulk_create(
        [
            PostMedia(institution_id=post.institution_id, post=post, media_id=media_id, position=position)
            for position, media_id in enumerate(media_ids)
        ]
    )


def _write_channels(post: Post, channel_ids: Iterable[int], by: Person) -> None:
    before, wanted = set(post.chosen.values_list("channel_id", flat=True)), set(channel_ids)
    if before == wanted:
        return
    added = wanted - before
    if not post.corrects_id and channels_publishable_by(by).filter(pk__in=added).count() != len(added):
        raise DraftRefused(_("One of the channels cannot be used any more. Choose the channels again."))
    post.chosen.filter(channel_id__in=before - wanted).delete()
    PostChannel.objects.bulk_create(
        [PostChannel(institution_id=post.institution_id, post=post, channel_id=key) for key in sorted(added)]
    )
