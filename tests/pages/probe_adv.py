import pytest
from django.urls import reverse
from tests.architecture.objects import MAKERS
from tests.architecture.test_url_rights import ALL, LINES, Of
from ravi.core.tenancy import tenant

pytestmark = pytest.mark.django_db(transaction=False)
HUGE = "9" * 5000
BIG = "99999999999999999999999"
NASTY = [
    HUGE,
    BIG,
    "\x00",
    "a\x00b",
    "\u202e",
    "\ufffe",
    "-1",
    "0",
    "\u0301" * 3000,
    "'\"><script>alert(1)</script>",
    "%00",
    "۱۲۳",
    "²",
    "٣",
]
PARAMS = [
    "page",
    "q",
    "words",
    "unit",
    "state",
    "platform",
    "post",
    "from",
    "target",
    "see",
    "next",
    "show",
    "code",
    "language",
    "check",
    "login",
    "end",
    "copies",
    "expected_revision",
    "stop",
    "channel",
    "kind",
]


def test_gets(newsroom, client):
    from ravi.accounts.models import Person

    post = newsroom.approved()
    draft = newsroom.draft()
    client = newsroom.browse(newsroom.head)
    ed = newsroom.browse(newsroom.editor)
    client.raise_request_exception = False
    ed.raise_request_exception = False
    bad = []
    urls = []
    for name, needed in ALL.items():
        try:
            line = LINES[name]
            if isinstance(line, Of):
                if line.maker in ("post",):
                    kw = {"pk": post.pk, "platform": "telegram", "unit_id": newsroom.hospital.pk}
                elif line.maker == "passkey":
                    continue
                else:
                    kw = MAKERS[line.maker](newsroom.house, newsroom.hospital, newsroom.officer)
                kw = {k: v for k, v in kw.items() if k in needed}
            else:
                kw = {"slug": "sample"} if "slug" in needed else {}
            urls.append((name, reverse(name, kwargs=kw)))
        except Exception as e:
            print("SKIP", name, repr(e)[:100])
    urls.append(("draft", reverse("publishing:post", args=[draft.pk])))
    for name, u in urls:
        if name in ("account_logout",):
            continue
        for v in NASTY:
            for c in (client, ed):
                for meth in ("get", "post"):
                    data = {p: (str(newsroom.hospital.pk) + ":x" if False else v) for p in PARAMS}
                    data["target"] = "channel:" + v
                    if meth == "post":
                        data.update(
                            {
                                "act": "save",
                                "title": v,
                                "text": v,
                                "username": v,
                                "name": v,
                                "handle": v,
                                "note": v,
                                "reason": v,
                                "link": v,
                                "digest": v[:64],
                                "verdict": "there",
                            }
                        )
                        if name in (
                            "accounts:leaving",
                            "publishing:withdrawal",
                            "accounts:role_end",
                            "accounts:password",
                            "accounts:person_roles",
                        ):
                            continue
                    with __import__("django").db.transaction.atomic():
                        sid = None
                        try:
                            r = getattr(c, meth)(u, data)
                            code = r.status_code
                        except Exception as e:
                            code = repr(e)[:150]
                        if isinstance(code, str) or code >= 500:
                            bad.append((name, meth, repr(v[:12]), code))
                        __import__("django").db.transaction.set_rollback(True)
    for b in sorted(set(bad)):
        print("BAD", b)


def test_ids(newsroom):
    c = newsroom.browse(newsroom.head)
    c.raise_request_exception = False
    for u in [
        "/posts/%s/",
        "/deliveries/%s/",
        "/people/%s/",
        "/units/%s/",
        "/channels/%s/",
        "/media/%s/",
        "/media/%s/file",
        "/deliveries/stops/%s/lifting/",
        "/posts/%s/board/",
    ]:
        for v in (BIG, HUGE[:1000], HUGE, "9223372036854775808", "0"):
            r = c.get(u % v)
            if r.status_code != 404:
                print("ID", u, v[:10], r.status_code)
