"""Headquarters' notices before the hospital, and the side job that answers them."""

from dataclasses import replace
from typing import Any

from ravi.directory.services import NewChannel, open_channel
from ravi.network import queries, services
from ravi.network.draft import VersionFields
from ravi.network.jobs import take
from ravi.network.models import Adoption, AutoAdoption, Message, Offer
from ravi.network.rules import MessageKind
from ravi.publishing.rules import Topic

NOTICE = VersionFields(title="تعطیلی فردا", text="درمانگاه‌ها فردا بسته‌اند.")


class Closure:
    """Headquarters' notices before the hospital, which has two channels, and the side job that answers them."""

    def __init__(self, house: Any, draft: Any) -> None:
        self.house, self._draft = house, draft
        for kind in ("telegram", "bale"):
            open_channel(NewChannel(house.hospital, kind, "sandbox", f"omid_{kind}", "خبر"), by=None)

    def rule(self, *kinds: MessageKind) -> AutoAdoption:
        return services.start_auto_adoption(
            self.house.hospital, kinds or (MessageKind.NOTICE, MessageKind.ALERT), by=self.house.unit_head
        )

    def issue(self, words: VersionFields = NOTICE, **more: Any) -> Message:
        fields = {"topic": Topic.ORGANISATION, "kind": MessageKind.NOTICE} | more
        message = self._draft(words=words, **fields)
        version = message.versions.get()
        if fields["topic"] == Topic.HEALTH:
            services.endorse_version(version, content_hash=version.content_hash, by=self.house.expert)
        services.issue_version(version, expected_revision=version.revision, by=self.house.editor)
        return self.worked(message)

    def issue_next(self, message: Message, text: str) -> Message:
        version = services.start_version(message, by=self.house.editor)
        words = replace(NOTICE, text=text, what_changed="ساعت عوض شد.")
        version = services.save_version(version, words, expected_revision=version.revision, by=self.house.editor)
        services.issue_version(version, expected_revision=version.revision, by=self.house.editor)
        return self.worked(message)

    def worked(self, message: Message) -> Message:
        take(self.house.institution.pk, message.pk)
        message.refresh_from_db()
        return message

    def offer(self, message: Message) -> Offer:
        return Offer.objects.get(message=message, unit=self.house.hospital)

    def answer(self, message: Message) -> Adoption | None:
        return queries.answer_of(self.offer(message))
