"""Writing without JavaScript: nothing typed is lost, nothing goes out by itself."""

import re
from typing import Any

import pytest
from django.utils import translation

from ravi.publishing.draft import DraftFields
from ravi.publishing.models import Post
from ravi.publishing.pages import composer
from tests.pages.conftest import TEXT, TOO_LONG_FOR_MASTODON, Newsroom

pytestmark = pytest.mark.django_db


def form(post: Post | None = None, **typed: Any) -> dict[str, Any]:
    given = {"title": "واکسن", "text": TEXT, "reach": "all", "when": "now", "topic": "organisation", "act": "save"}
    return given | {"expected_revision": post.revision if post else 0} | typed


def test_write_submit_approve_board_without_javascript(newsroom: Newsroom) -> None:
    editor, head = newsroom.browse(newsroom.editor), newsroom.browse(newsroom.head)
    assert editor.get("/posts/new/").status_code == 200
    kept = editor.post("/posts/new/", form())
    post = Post.objects.get()
    assert kept.url == f"/posts/{post.pk}/"
    sent = editor.post(kept.url, form(post, act="submit"), follow=True)
    assert sent.redirect_chain[-1][0] == f"/posts/{post.pk}/approval/"
    page = head.get(f"/posts/{post.pk}/approval/")
    digest = page.context["shown"].digest
    assert digest in page.content.decode()
    done = head.post(f"/posts/{post.pk}/approval/", {"digest": digest}, follow=True)
    assert done.redirect_chain[-1][0] == f"/posts/{post.pk}/board/"
    assert done.context["board"].total == 6


def test_a_draft_sent_twice_is_one_draft(newsroom: Newsroom) -> None:
    editor = newsroom.browse(newsroom.editor)
    first, second = editor.post("/posts/new/", form()), editor.post("/posts/new/", form())
    assert first.url == second.url
    assert Post.objects.count() == 1


def test_submitted_twice_is_submitted_once(newsroom: Newsroom) -> None:
    post = newsroom.draft()
    editor = newsroom.browse(newsroom.editor)
    answers = [editor.post(f"/posts/{post.pk}/", form(post, act="submit")) for _ in range(2)]
    assert [answer.url for answer in answers] == [f"/posts/{post.pk}/approval/"] * 2
    assert Post.objects.get().copies.count() == 6


@pytest.mark.parametrize(
    ("parts", "typed"),
    [(("۳۱", "7", "۱۴۰۵", "9:30"), "۳۱"), (("1405-13-01", "9", "", "9:30"), "1405-13-01")],
    ids=["31/7/1405", "1405-13-01"],
)
def test_a_date_that_cannot_be_stays_as_typed_and_costs_nothing(
    newsroom: Newsroom, parts: tuple[str, ...], typed: str
) -> None:
    post = newsroom.draft()
    date = {f"due_at_{place}": part for place, part in enumerate(parts)}
    page = newsroom.browse(newsroom.editor).post(
        f"/posts/{post.pk}/", form(post, text="متن تازه", when="at", act="submit", **date)
    )
    assert page.status_code == 422
    assert f'value="{typed}"' in page.content.decode()
    assert page.context["form"].errors["due_at"]
    post.refresh_from_db()
    assert (post.text, post.state) == ("متن تازه", "draft")


def test_too_long_for_one_platform_blocks_that_one_and_says_that_the_others_stay(newsroom: Newsroom) -> None:
    post = newsroom.draft(text=TOO_LONG_FOR_MASTODON)
    page = newsroom.browse(newsroom.editor).get(f"/posts/{post.pk}/").content.decode()
    assert "۹۹ بیش از ۵۰۰" in page
    assert "سکوی دیگر آماده است" in page
    sent = newsroom.browse(newsroom.editor).post(
        f"/posts/{post.pk}/", form(post, text=TOO_LONG_FOR_MASTODON, act="submit"), follow=True
    )
    assert (len(sent.context["shown"].copies), len(sent.context["shown"].blocked)) == (3, 3)


def test_own_words_for_one_platform(newsroom: Newsroom) -> None:
    post = newsroom.draft(text=TOO_LONG_FOR_MASTODON)
    own = {"text": TOO_LONG_FOR_MASTODON, "variant-mastodon": "کوتاه"}
    page = newsroom.browse(newsroom.editor).post(f"/posts/{post.pk}/", form(post, **own), follow=True)
    assert {fork.platform: fork.is_own for fork in page.context["forks"]} == {"telegram": False, "mastodon": True}
    assert page.context["blocked"] is None


def test_arabic_letters_come_back_and_the_undo_is_exact(newsroom: Newsroom) -> None:
    post, editor = newsroom.draft(), newsroom.browse(newsroom.editor)
    page = editor.post(f"/posts/{post.pk}/", form(post, text="سلامتي و كتاب"), follow=True)
    assert page.context["post"].text == "سلامتی و کتاب"
    assert "۲ نویسه" in page.content.decode()
    page = editor.post(
        f"/posts/{post.pk}/", form(page.context["post"], text="سلامتی و کتاب", act="untidy"), follow=True
    )
    assert page.context["post"].text == "سلامتي و كتاب"


def test_suggestions_one_by_one_and_left(newsroom: Newsroom) -> None:
    post, editor = newsroom.draft(text="می روم و می آیم"), newsroom.browse(newsroom.editor)
    page = editor.get(f"/posts/{post.pk}/")
    first, second = page.context["suggestions"]
    typed = form(post, text="می روم و می آیم")
    page = editor.post(f"/posts/{post.pk}/", typed | {"act": f"accept:{first.key}"}, follow=True)
    assert page.context["post"].text == "می‌روم و می آیم"
    typed = form(page.context["post"], text="می‌روم و می آیم", act=f"leave:{page.context['suggestions'][0].key}")
    page = editor.post(f"/posts/{post.pk}/", typed, follow=True)
    assert page.context["suggestions"] == []
    assert page.context["post"].text == "می‌روم و می آیم"
    assert second.new == "می‌آیم"


def test_a_page_on_which_nobody_wrote_reproaches_nobody(newsroom: Newsroom) -> None:
    page = newsroom.browse(newsroom.editor).get("/posts/new/")
    assert page.context["blocked"] is None
    assert page.context["dock"] == {"ready": "هنوز متنی ندارد", "blocked": ""}
    assert "is-blocked" not in page.content.decode()


def test_what_is_kept_while_typing_is_asked_about_as_it_will_go_out(newsroom: Newsroom) -> None:
    """The key of a suggestion that the script shows is one that its button knows, also beside Arabic letters."""
    post, editor = newsroom.draft(), newsroom.browse(newsroom.editor)
    typed = form(post, text="سلامتي و كتاب؛ مي روم")
    answer = editor.post(f"/posts/{post.pk}/draft/", typed, headers={"X-Ravi-Draft": "1"}).json()
    offered = re.findall(r"accept:(\w+)", answer["parts"]["suggestions"])
    assert len(offered) == 1
    assert "كتاب" not in answer["parts"]["seen"]
    typed |= {"expected_revision": answer["revision"], "act": f"accept:{offered[0]}"}
    page = editor.post(f"/posts/{post.pk}/", typed, follow=True)
    assert page.context["post"].text == "سلامتی و کتاب؛ می‌روم"


@pytest.mark.parametrize(
    ("text", "why"),
    [("رایگان است . بیایید", "فاصله"), ("من می روم", "نیم‌فاصله میان «می» و «روم»"), ("ساعت 8 صبح", "")],
)
def test_what_the_eye_does_not_see_is_named(text: str, why: str) -> None:
    with translation.override("fa"):
        assert [one.why for one in composer.suggestions(DraftFields(text=text), ())] == [why]


def test_channels_by_platform_and_group(newsroom: Newsroom) -> None:
    post, editor = newsroom.draft(), newsroom.browse(newsroom.editor)
    chosen = {"reach": "some", "platforms": ["telegram"], "groups": ["hospital", "faculty"]}
    page = editor.post(f"/posts/{post.pk}/", form(post, **chosen), follow=True)
    assert page.context["chosen_sentence"] == "۲ واحد، ۲ کانال"
    assert page.context["form"]["reach"].value() == "some"


def test_channels_one_by_one(newsroom: Newsroom) -> None:
    post, editor = newsroom.draft(), newsroom.browse(newsroom.editor)
    assert editor.post(f"/posts/{post.pk}/", form(post, act="singly")).url == f"/posts/{post.pk}/channels/"
    ids = sorted(post.chosen.values_list("channel_id", flat=True))[:3]
    editor.post(f"/posts/{post.pk}/channels/", {"channels": ids, "expected_revision": post.revision})
    assert sorted(post.chosen.values_list("channel_id", flat=True)) == ids
    assert editor.get(f"/posts/{post.pk}/").context["form"]["reach"].value() == "singly"


def test_autosave_keeps_counts_and_tells_the_revision(newsroom: Newsroom) -> None:
    post, editor = newsroom.draft(), newsroom.browse(newsroom.editor)
    answer = editor.post(f"/posts/{post.pk}/draft/", form(post, text="نو"), headers={"X-Ravi-Draft": "1"}).json()
    assert answer["revision"] == post.revision + 1
    assert "۲ از ۵۰۰" in answer["parts"]["fork-head-mastodon"]
    post.refresh_from_db()
    assert post.text == "نو"


def test_a_new_message_is_kept_by_the_script_and_learns_its_address(newsroom: Newsroom) -> None:
    answer = newsroom.browse(newsroom.editor).post("/posts/new/", form(), headers={"X-Ravi-Draft": "1"}).json()
    post = Post.objects.get()
    assert (answer["page"], answer["draft"]) == (f"/posts/{post.pk}/", f"/posts/{post.pk}/draft/")


def test_measure_counts_without_keeping(newsroom: Newsroom) -> None:
    post, editor = newsroom.draft(), newsroom.browse(newsroom.editor)
    answer = editor.post(f"/posts/{post.pk}/measure/", form(post, text=TOO_LONG_FOR_MASTODON)).json()
    fits = {one["platform"]: one["fits"] for one in answer["platforms"]}
    assert fits == {"telegram": True, "mastodon": False}
    post.refresh_from_db()
    assert post.text == TEXT


def test_two_people_at_once_lose_nothing(newsroom: Newsroom) -> None:
    post = newsroom.draft()
    newsroom.browse(newsroom.head).post(f"/posts/{post.pk}/", form(post, text="متن رئیس"))
    editor = newsroom.browse(newsroom.editor)
    page = editor.post(f"/posts/{post.pk}/", form(post, text="متن ویراستار"), follow=True)
    assert page.redirect_chain[-1][0] == f"/posts/{post.pk}/set-aside/"
    shown = page.content.decode()
    assert "متن رئیس" in shown
    assert "متن ویراستار" in shown
    revision = Post.objects.get().revision
    editor.post(f"/posts/{post.pk}/set-aside/", {"keep": "mine", "expected_revision": revision})
    assert Post.objects.get().text == "متن ویراستار"


def test_two_autosaves_at_once_are_told(newsroom: Newsroom) -> None:
    post = newsroom.draft()
    newsroom.browse(newsroom.head).post(f"/posts/{post.pk}/", form(post, text="متن رئیس"))
    answer = newsroom.browse(newsroom.editor).post(f"/posts/{post.pk}/draft/", form(post, text="متن ویراستار"))
    assert answer.status_code == 409
    assert newsroom.head.name in answer.json()["sentence"]
    assert answer.json()["way"] == {"url": f"/posts/{post.pk}/set-aside/", "label": "دیدن هر دو متن"}


def test_neighbour_and_outsider_find_nothing(newsroom: Newsroom) -> None:
    post = newsroom.draft(unit=newsroom.hospital, by=newsroom.officer, channel_ids=frozenset())
    for person in (newsroom.neighbour, newsroom.outsider):
        for page in ("", "edit/", "text/", "approval/", "board/", "set-aside/", "withdrawal/", "channels/"):
            assert newsroom.browse(person).get(f"/posts/{post.pk}/{page}").status_code == 404, page


def test_an_auditor_reads_and_does_not_write(newsroom: Newsroom) -> None:
    post = newsroom.draft()
    auditor = newsroom.browse(newsroom.auditor)
    assert auditor.get(f"/posts/{post.pk}/", follow=True).redirect_chain[-1][0] == f"/posts/{post.pk}/text/"
    assert auditor.get(f"/posts/{post.pk}/edit/").status_code == 403
    assert auditor.get("/posts/new/").status_code == 403


def test_image_is_added_ordered_and_removed(newsroom: Newsroom) -> None:
    from io import BytesIO

    from django.core.files.uploadedfile import SimpleUploadedFile
    from PIL import Image

    post, editor = newsroom.draft(), newsroom.browse(newsroom.editor)
    for colour in ("red", "blue"):
        drawn = BytesIO()
        Image.new("RGB", (40, 30), colour).save(drawn, "PNG")
        upload = SimpleUploadedFile("p.png", drawn.getvalue(), "image/png")
        image = {"image-image": upload, "image-alt_text": colour, "image-shows_people": "no"}
        post.refresh_from_db()
        assert editor.post(f"/posts/{post.pk}/", form(post, act="add_image", **image)).status_code == 302
    page = editor.get(f"/posts/{post.pk}/")
    red, blue = page.context["images"]
    assert (red.alt_text, blue.alt_text) == ("red", "blue")
    page = editor.post(f"/posts/{post.pk}/", form(page.context["post"], act=f"earlier:{blue.pk}"), follow=True)
    assert [image.alt_text for image in page.context["images"]] == ["blue", "red"]
    page = editor.post(f"/posts/{post.pk}/", form(page.context["post"], act=f"remove:{blue.pk}"), follow=True)
    assert [image.alt_text for image in page.context["images"]] == ["red"]


def test_what_is_no_image_is_said_and_the_text_is_kept(newsroom: Newsroom) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    post = newsroom.draft()
    upload = SimpleUploadedFile("p.jpg", b"PK\x03\x04 not an image", "image/jpeg")
    image = {"image-image": upload, "image-alt_text": "x", "image-shows_people": "no"}
    page = newsroom.browse(newsroom.editor).post(
        f"/posts/{post.pk}/", form(post, text="متن من", act="add_image", **image)
    )
    assert page.status_code == 422
    assert page.context["image_form"].errors["image"]
    post.refresh_from_db()
    assert post.text == "متن من"
