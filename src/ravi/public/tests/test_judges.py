"""What is public is read by others' readers: the code on posters by zxing-cpp, the description for programs by rdflib."""

import io
import json
from dataclasses import replace

import pytest
import zxingcpp
from PIL import Image, ImageFilter
from rdflib import RDF, Graph, Literal, Namespace, URIRef

from ravi.core import clock
from ravi.network.draft import Source
from ravi.network.models import Message
from ravi.network.queries import short_address, short_link_of
from ravi.network.tests.conftest import draft, offered, words
from ravi.public.tests.test_message import issue_next, page, read

__all__ = ["draft", "offered", "page", "words"]
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated"),  # rdflib's own reader uses it
]
SCHEMA = Namespace("http://schema.org/")
# The lines of schema.org's own context (read 2026-11-26) that what we say rests on; a test reads nothing from afar.
CONTEXT = {
    "@vocab": "http://schema.org/",
    "url": {"@id": "http://schema.org/url", "@type": "@id"},
    **{
        name: {"@id": f"http://schema.org/{name}", "@type": "http://schema.org/Date"}
        for name in ("dateModified", "datePublished", "expires", "lastReviewed")
    },
}


@pytest.fixture(autouse=True)
def orders_need_no_yes():
    """Nothing is sent here."""


def decoded(picture):
    return [(one.text, str(one.format)) for one in zxingcpp.read_barcodes(picture)]


def photographed(picture):
    """As a phone sees a poster: smaller, at an angle, unsharp, in dim light."""
    seen = picture.resize((240, 240)).rotate(12, expand=True, fillcolor=210)
    return seen.filter(ImageFilter.GaussianBlur(1.2)).point(lambda light: 40 + light // 2)


@pytest.mark.parametrize("base", ["http://localhost:8000", "https://ravi.behdasht-namoone.example.ac.ir"])
def test_the_code_on_a_poster_leads_to_the_short_address(client, offered, settings, base):
    settings.BASE_URL = base
    code = short_link_of(offered()).code
    with Image.open(io.BytesIO(client.get(f"/m/{code}.png").content)) as drawn:
        picture = drawn.convert("L")
    address = short_address(code)
    assert address == f"{base}/m/{code}"
    assert decoded(picture) == [(address, "QR Code")]
    assert decoded(photographed(picture)) == [(address, "QR Code")]


def triples(said):
    """What a processor of JSON-LD makes of it: the graph, the page and the article on it."""
    assert said["@context"] == "https://schema.org"
    graph = Graph().parse(data=json.dumps(said | {"@context": CONTEXT}), format="json-ld")
    [(site, article)] = graph.subject_objects(SCHEMA.mainEntity)
    return graph, site, article


def day(moment):
    return Literal(moment, datatype=SCHEMA.Date)


def test_programs_read_the_statements_that_people_read(house, page, offered, words):
    source = Source("دستور نمونه", "https://behdasht.example.ir/d", clock.now().date(), "دکتر نمونه")
    message = offered(words=replace(words, sources=(source,)))
    answer = page(message)
    found, said = read(answer)
    graph, site, article = triples(said)
    assert site == URIRef(said["url"])
    assert site.endswith(f"/p/sample/messages/{short_link_of(message).code}/")
    expected = {
        (site, RDF.type, SCHEMA.MedicalWebPage),
        (site, SCHEMA.url, site),
        (site, SCHEMA.name, Literal(message.title)),
        (site, SCHEMA.lastReviewed, day(clock.now().date().isoformat())),
        (article, RDF.type, SCHEMA.Article),
        (article, SCHEMA.headline, Literal(message.title)),
        (article, SCHEMA.inLanguage, Literal("fa")),
        (article, SCHEMA.version, Literal("1")),
        (article, SCHEMA.creativeWorkStatus, Literal("Published")),
        (article, SCHEMA.expires, day(message.valid_until.isoformat())),
    }
    assert expected <= set(graph)
    [publisher] = graph.objects(site, SCHEMA.publisher)
    assert set(graph[publisher]) == {(RDF.type, SCHEMA.Organization), (SCHEMA.name, Literal(house.institution.name))}
    [cited] = graph.objects(article, SCHEMA.citation)
    assert set(graph[cited]) == {
        (RDF.type, SCHEMA.CreativeWork),
        (SCHEMA.name, Literal("دستور نمونه")),
        (SCHEMA.url, URIRef("https://behdasht.example.ir/d")),
        (SCHEMA.datePublished, day(source.dated.isoformat())),
    }
    [body] = graph.objects(article, SCHEMA.articleBody)
    assert body.startswith("تزریق دوز دوم برای افراد ۶۰ سال و بالاتر") and "{" not in body
    assert body.split("\n")[0].split("،")[0] in found.article.get_text()
    names = {str(one) for one in graph.objects() if isinstance(one, Literal)}
    assert not {house.editor.name, house.expert.name} & names


def test_a_correction_and_a_withdrawal_are_statements_too(house, page, offered, words):
    message = offered()
    issue_next(message, house, words, title="دوز دوم، با تاریخ درست", what_changed="تاریخ درست شد")
    graph, _site, article = triples(read(page(message))[1])
    [correction] = graph.objects(article, SCHEMA.correction)
    assert (correction, RDF.type, SCHEMA.CorrectionComment) in graph
    assert (correction, SCHEMA.text, Literal("تاریخ درست شد")) in graph
    assert (article, SCHEMA.creativeWorkStatus, Literal("Corrected")) in graph
    Message.objects.filter(pk=message.pk).update(state="withdrawn", ended_at=clock.now())
    graph, _site, article = triples(read(page(message))[1])
    assert (article, SCHEMA.creativeWorkStatus, Literal("Withdrawn")) in graph
    assert not set(graph.objects(article, SCHEMA.articleBody))
