"""A message for programs, in the words of https://schema.org/MedicalWebPage (read 2026-11-26); no more than the page says."""

from typing import Any

from ravi.accounts.models import Institution
from ravi.network.draft import Source
from ravi.network.queries.trail import Said, Step, Trail
from ravi.network.rules import Standing, needs_expert
from ravi.public.message_words import plain, tag

STATUS = {
    Standing.CURRENT: "Published",
    Standing.CORRECTED: "Corrected",
    Standing.EXPIRED: "Expired",
    Standing.WITHDRAWN: "Withdrawn",
}


def described(trail: Trail, institution: Institution, address: str) -> dict[str, Any]:
    """The page and the article on it; a reviewer is named by role, as on the page."""
    publisher = {"@type": "Organization", "name": institution.name}
    page: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "MedicalWebPage" if needs_expert(trail.topic) else "WebPage",
        "@id": address,
        "url": address,
        "name": trail.title,
        "inLanguage": tag(trail.lang),
        "publisher": publisher,
        "dateModified": trail.changed_at.isoformat(),
        "mainEntity": _article(trail) | {"author": publisher, "publisher": publisher},
    }
    if trail.reviewed_at:
        page |= {"lastReviewed": trail.reviewed_at.date().isoformat(), "reviewedBy": publisher}
    return page


def _article(trail: Trail) -> dict[str, Any]:
    own = trail.said[:1]
    article: dict[str, Any] = {
        "@type": "Article",
        "headline": trail.title,
        "inLanguage": tag(trail.lang),
        "version": str(trail.steps[0].number),
        "creativeWorkStatus": STATUS[trail.standing],
        "datePublished": trail.first_at.isoformat(),
        "dateModified": trail.changed_at.isoformat(),
        "correction": [_correction(one) for one in trail.steps if one.number > 1],
        "citation": [_citation(one) for one in trail.sources],
        "workTranslation": [_translation(one) for one in trail.said[1:]],
    }
    if own:
        article["articleBody"] = plain(own[0])
    if trail.valid_until:
        article["expires"] = trail.valid_until.isoformat()
    return {name: value for name, value in article.items() if value}


def _correction(step: Step) -> dict[str, str]:
    return {"@type": "CorrectionComment", "text": step.what_changed, "datePublished": step.issued_at.isoformat()}


def _citation(source: Source) -> dict[str, str]:
    address, dated = source.link if source.is_link else "", source.dated.isoformat() if source.dated else ""
    said = {"name": source.title, "url": address, "datePublished": dated}
    return {"@type": "CreativeWork"} | {name: value for name, value in said.items() if value}


def _translation(said: Said) -> dict[str, str]:
    return {"@type": "Article", "inLanguage": tag(said.lang), "headline": said.title, "articleBody": plain(said)}
