"""A writer's desk: one post (or none yet), the form over it, and what the page shows."""

from functools import cached_property
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse

from ravi.accounts.access import person_of
from ravi.accounts.models import Unit
from ravi.accounts.queries import people_who_may
from ravi.core.asked import whole
from ravi.directory.models import Channel
from ravi.directory.queries import channels_publishable_by
from ravi.library.forms import ImageForm
from ravi.library.forms.video import VideoForm
from ravi.library.models import Media
from ravi.library.video_errors import VideoAlreadyHere, VideoRefused
from ravi.publishing import queries, services
from ravi.publishing.draft import DraftFields
from ravi.publishing.forms import ComposerForm
from ravi.publishing.models import Post
from ravi.publishing.pages import composer, correction, counters, platforms, seen
from ravi.publishing.pages.composer import Choices
from ravi.publishing.rules import APPROVED_BY, CLASS_NAMES, PostState, Topic
from ravi.publishing.views import origin
from ravi.publishing.views.scope import images_of

# What a button has just kept here need not come back from the device: the next page says so once.
KEPT = "draft-kept"
DRAFTS = (PostState.DRAFT, PostState.RETURNED)


class Desk:
    """What one request to the composer works with."""

    def __init__(self, request: HttpRequest, post: Post | None, unit: Unit) -> None:
        self.request, self.post, self.unit = request, post, unit
        self.person = person_of(request)
        self.image_form = ImageForm(prefix="image")
        self.video_form = VideoForm(prefix="video")
        self.new_video: Media | None = None
        self.is_kept = False

    @cached_property
    def stored(self) -> DraftFields:
        """What stands in the database; for a new message nothing, or the words of the one that it is made from."""
        if self.post is not None:
            images_of(self.post)
            return queries.fields_of(self.post)
        everywhere = frozenset(channel.pk for channel in self.channels)
        return origin.fields(self.request) or DraftFields(channel_ids=everywhere)

    @cached_property
    def channels(self) -> list[Channel]:
        """Where this person may publish."""
        return list(channels_publishable_by(self.person).select_related("unit"))

    @cached_property
    def choices(self) -> Choices:
        return Choices(self.channels, self.stored.channel_ids)

    @cached_property
    def form(self) -> ComposerForm:
        data = self.request.POST if self.request.method == "POST" else None
        return ComposerForm(
            data,
            stored=self.stored,
            chosen=self.choices.choice,
            platforms=self.choices.platform_pairs,
            names=self.choices.names,
            groups=self.choices.group_pairs,
        )

    @cached_property
    def typed(self) -> DraftFields:
        """What the form says, with the stored value wherever it cannot be read."""
        if not self.form.is_bound:
            return self.stored
        self.form.is_valid()
        data = self.form.cleaned_data
        reach = data.get("reach") or self.choices.choice.reach
        ids = self.choices.ids(reach, data.get("platforms", []), data.get("groups", []))
        return self.form.fields_read(ids)

    @property
    def shown(self) -> DraftFields:
        """What the page speaks of: once kept, the words as they would go out, so that no button asks about others."""
        return self.typed if self.form.is_bound and not self.is_kept else self.stored

    @property
    def has_errors(self) -> bool:
        return bool(self.form.errors or self.image_form.errors or self.video_form.errors)

    def take_video(self) -> None:
        """Make the chosen video anew: before the words are kept, since it may take two minutes and nobody should wait for
        this message meanwhile."""
        self.video_form = form = VideoForm(self.request.POST, self.request.FILES, prefix="video")
        if not form.is_valid():
            return
        try:
            self.new_video = form.save(unit=self.unit, by=self.person)
        except VideoRefused as refused:
            form.twin = refused.media if isinstance(refused, VideoAlreadyHere) else None
            form.add_error(refused.field if refused.field in form.fields else "video", str(refused))

    def keep(self) -> None:
        """Save what was typed; the first words make the post. Raises PublishingRefused."""
        if self.post is None:
            self.take(services.start_post(self.unit, self.typed, by=self.person))
        else:
            expected = whole(self.request.POST.get("expected_revision", ""))
            revision = self.post.revision if expected is None else expected
            self.take(services.save_draft(self.post, self.typed, expected_revision=revision, by=self.person))

    def change(self, fields: DraftFields) -> None:
        """Save something that a button asked for, over what was just kept."""
        assert self.post is not None
        self.take(services.save_draft(self.post, fields, expected_revision=self.post.revision, by=self.person))

    def take(self, post: Post) -> None:
        """Go on with the post as it is now."""
        self.post, self.is_kept = post, True
        for name in ("stored", "images"):
            self.__dict__.pop(name, None)

    def home(self, anchor: str = "", see: str = "") -> HttpResponseRedirect:
        """Back to the composer, at the place where the button was."""
        assert self.post is not None
        self.request.session[KEPT] = self.key
        see = see or self.request.POST.get("see", "")
        query = f"?see={see}" if see else ""
        return redirect(f"{self.url}{query}{'#' if anchor else ''}{anchor}")

    @property
    def url(self) -> str:
        if self.post is None:
            return reverse("publishing:write")
        return reverse(f"publishing:{'post' if self.post.state in DRAFTS else 'edit'}", args=[self.post.pk])

    @property
    def key(self) -> str:
        """The name under which a device keeps this draft: one person's words never fill another's form there."""
        return f"{self.person.pk}-post-{self.post.pk if self.post else 'new'}"

    @property
    def left_key(self) -> str:
        return f"suggestions-left-{self.post.pk if self.post else 'new'}"

    @property
    def left(self) -> list[str]:
        """The suggestions that this person waved away in this session."""
        return list(self.request.session.get(self.left_key, []))

    def leave(self, key: str) -> None:
        """Do not offer this suggestion again."""
        self.request.session[self.left_key] = [*self.left, key][-200:]

    def counted(self) -> dict[str, Any]:
        """The parts of the page that follow from the words."""
        choices, fields, see = self.choices, self.shown, self._see()
        picked = [channel for channel in choices.channels if channel.pk in fields.channel_ids]
        forks = composer.with_controls(composer.forks(fields, picked, see), self.form)
        return {
            "forks": forks,
            "blocked": None if composer.is_blank(fields) else counters.blocked(forks),
            "suggestions": composer.suggestions(fields, self.left),
            "tidied": composer.tidied_note(self.post),
            "as_typed": bool(self.post and self.post.as_typed),
            "ready": composer.ready_lines(fields, forks, len(picked)),
            "dock": composer.dock(fields, forks),
            "seen": seen.of(fields, composer.sample(picked, see, self.unit.pk), self.images),
            "see_others": [fork for fork in forks if fork.platform != see],
            "has_shorter": any(fields.variants.get(name) for name in CLASS_NAMES),
            "chosen_sentence": composer.reach_sentence(len({c.unit_id for c in picked}), len(picked)),
        }

    def _see(self) -> str:
        wanted = self.request.POST.get("see") or self.request.GET.get("see") or ""
        fields = self.shown
        have = platforms.in_order(c.platform for c in self.choices.channels if c.pk in fields.channel_ids)
        return wanted if wanted in have else (have[0] if have else "")

    @cached_property
    def images(self) -> list[seen.Image]:
        if self.post is None:
            return []
        return [seen.image(row.media) for row in images_of(self.post)]

    def context(self) -> dict[str, Any]:
        """Everything for the template."""
        post = self.post
        return self.counted() | {
            "post": post,
            "unit": self.unit,
            "form": self.form,
            "image_form": self.image_form,
            "video_form": self.video_form,
            "images": self.images,
            "action": self.url,
            "revision": self._shown_revision(),
            "saved_at": post and post.edited_at,
            "draft_url": self._draft_url(),
            "draft_key": self.key,
            "kept_key": self.request.session.pop(KEPT, "") if self.request.method == "GET" else "",
            "from_post": origin.asked(self.request),
            "returned": post and post.state == PostState.RETURNED and composer.last_return(post),
            "set_aside": post and queries.set_aside_of(post, self.person).first(),
            "may_withdraw": bool(post and queries.may_withdraw(self.person, post)),
            "waits": bool(post and post.state == PostState.SUBMITTED),
            "is_approved": bool(post and post.state == PostState.APPROVED),
            "approvers": composer.approvers_sentence(self._approvers()),
            "fates": correction.fates(queries.how_corrected(post)) if post and post.corrects_id else [],
        }

    def _shown_revision(self) -> int:
        typed = whole(self.request.POST.get("expected_revision", ""))
        if self.form.is_bound and self.form.errors and typed is not None and self.post is None:
            return typed
        return self.post.revision if self.post else 0

    def _draft_url(self) -> str:
        if self.post is None:
            return self.url
        if self.post.state not in DRAFTS:
            return ""  # nobody takes a message out of the queue by a key pressed in passing
        return reverse("publishing:draft", args=[self.post.pk])

    def _approvers(self) -> list[Any]:
        ability = APPROVED_BY[Topic((self.post.topic if self.post else "") or Topic.HEALTH)]
        people = people_who_may(self.person.institution_id, ability).exclude(pk=self.person.pk)
        return list(people[:4])
