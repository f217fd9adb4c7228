"""A card from a message: made on a page of its own, hung under the message; nothing typed is lost, nothing is doubled."""

import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from ravi.directory import services as directory
from ravi.library.models import Media
from ravi.publishing import queries
from ravi.publishing.models import Post
from tests.pages.conftest import TEXT, Newsroom
from tests.pages.test_composer import form

pytestmark = pytest.mark.django_db

KEEP = {"title": "واکسن", "words": "از شنبه رایگان است.", "shape": "square", "theme": "paper", "act": "keep"}


def images(post: Post) -> list[Any]:
    return [row.media for row in post.images.order_by("position")]


def test_a_card_is_made_from_what_was_just_typed_and_comes_back_to_the_message(newsroom: Newsroom) -> None:
    editor = newsroom.browse(newsroom.editor)
    asked = editor.post("/posts/new/", form(act="card"))
    post = Post.objects.get()
    assert asked.url == f"/posts/{post.pk}/card/"
    page = editor.get(asked.url)
    assert page.context["form"]["words"].value() == TEXT and page.context["shown"] is not None
    kept = editor.post(asked.url, KEEP, follow=True)
    assert kept.redirect_chain[-1][0] == f"/posts/{post.pk}/"
    post.refresh_from_db()
    (media,) = images(post)
    assert (post.text, media.alt_text, media.unit_id) == (TEXT, "واکسن\nاز شنبه رایگان است.", post.unit_id)
    assert f"card:{media.pk}" in kept.content.decode()


def test_the_same_card_twice_hangs_once_and_another_one_takes_its_place(newsroom: Newsroom) -> None:
    editor, post = newsroom.browse(newsroom.editor), newsroom.draft()
    url = f"/posts/{post.pk}/card/"
    for _click in range(2):
        editor.post(url, KEEP)
    (first,) = images(post)
    assert editor.post(f"/posts/{post.pk}/", form(post, act=f"card:{first.pk}")).url == f"{url}?from={first.pk}"
    page = editor.get(f"{url}?from={first.pk}")
    assert page.context["form"]["words"].value() == "از شنبه رایگان است."
    for _click in range(2):
        editor.post(url, KEEP | {"theme": "lapis", "from": first.pk})
    (second,) = images(post)
    assert second != first and second.recipe["theme"] == "lapis"
    assert Media.objects.filter(pk=first.pk).exists()


def test_looking_writes_nothing_and_what_is_refused_stays_typed(newsroom: Newsroom) -> None:
    editor, post = newsroom.browse(newsroom.editor), newsroom.draft()
    url = f"/posts/{post.pk}/card/"
    assert editor.post(url, KEEP | {"act": "show"}).status_code == 200
    refused = editor.post(url, KEEP | {"words": "واکسن 💉"})
    assert refused.status_code == 422 and "واکسن 💉" in refused.content.decode()
    assert (images(post), Media.objects.count()) == ([], 0)


def test_marks_and_emoji_of_the_message_stay_with_the_message(newsroom: Newsroom) -> None:
    post = newsroom.draft(title="واکسن", text="واکسن\n**از شنبه** رایگان است 💉")
    page = newsroom.browse(newsroom.editor).get(f"/posts/{post.pk}/card/")
    assert page.context["form"]["words"].value() == "از شنبه رایگان است"
    assert page.context["left_out"] == "💉" and "💉" in page.content.decode()


def test_words_saved_meanwhile_in_another_tab_stay(newsroom: Newsroom) -> None:
    editor, post = newsroom.browse(newsroom.editor), newsroom.draft()
    editor.get(f"/posts/{post.pk}/card/")
    editor.post(f"/posts/{post.pk}/", form(post, text="متن تازه"))
    editor.post(f"/posts/{post.pk}/card/", KEEP)
    post.refresh_from_db()
    assert (post.text, len(images(post))) == ("متن تازه", 1)


def test_a_message_of_others_gets_no_card(newsroom: Newsroom) -> None:
    post = newsroom.draft()
    assert newsroom.browse(newsroom.auditor).post(f"/posts/{post.pk}/card/", KEEP).status_code == 403
    assert images(post) == []


def picture(side: int) -> SimpleUploadedFile:
    drawn = io.BytesIO()
    Image.new("RGB", (side, side), "#25418c").save(drawn, "PNG")
    return SimpleUploadedFile("x.png", drawn.getvalue(), "image/png")


SAID = {"image-alt_text": "دو پرستار", "image-shows_people": "no", "image-named": "on", "act": "add_image"}


def test_an_uploaded_image_gets_our_name_where_that_is_ticked(newsroom: Newsroom) -> None:
    post = newsroom.draft()
    newsroom.browse(newsroom.editor).post(f"/posts/{post.pk}/", form(post) | SAID | {"image-image": picture(600)})
    (media,) = images(post)
    assert (media.made_as, media.alt_text, media.made_from.made_as) == ("stamped", "دو پرستار", "upload")


def test_an_image_too_small_for_a_name_hangs_without_it_and_says_why(newsroom: Newsroom) -> None:
    post, editor = newsroom.draft(), newsroom.browse(newsroom.editor)
    said = editor.post(f"/posts/{post.pk}/", form(post) | SAID | {"image-image": picture(60)}, follow=True)
    (media,) = images(post)
    assert media.made_as == "upload" and "۳۲۰" in said.content.decode()


def test_the_same_picture_again_offers_the_one_with_our_name(newsroom: Newsroom) -> None:
    post, editor = newsroom.draft(), newsroom.browse(newsroom.editor)
    url = f"/posts/{post.pk}/"
    editor.post(url, form(post) | SAID | {"image-image": picture(600)})
    post.refresh_from_db()
    (media,) = images(post)
    again = editor.post(url, form(post) | SAID | {"image-image": picture(600), "image-alt_text": "دیگر"})
    assert again.status_code == 422 and f"use:{media.pk}" in again.content.decode()
    assert Media.objects.count() == 2


def test_a_card_answers_a_platform_that_takes_no_words_alone(newsroom: Newsroom) -> None:
    page = f"https://www.instagram.com/{newsroom.headquarters.pk}"
    new = directory.NewChannel(newsroom.headquarters, "instagram", "manual", "omid_hospital", "خبر", page)
    channel, editor = directory.open_channel(new, by=None), newsroom.browse(newsroom.editor)
    post = newsroom.draft(channel_ids=frozenset({channel.pk}))
    assert [problem["code"] for problem in problems(post, channel)] == ["too_few_media"]
    editor.post(f"/posts/{post.pk}/card/", KEEP)
    assert problems(post, channel) == []


def problems(post: Post, channel: Any) -> list[Any]:
    (preview,) = queries.previews(queries.fields_of(Post.objects.get(pk=post.pk)), [channel])
    return list(preview.problems)
