"""A browser and a running web side: pages as people see them, on a phone and on a desk."""

import threading
from collections.abc import Callable, Iterator
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import httpx
import pytest
from django.core.wsgi import get_wsgi_application
from django.db import connections
from playwright.sync_api import Browser, BrowserContext, sync_playwright

from tests.journeys import running
from tests.journeys.programs import Counted, keys_of_units
from tests.journeys.running import Ravi

CHROMIUM = "/usr/bin/chromium"
# As in CI's image: no sandbox as root, no shared memory, letters without the machine's own hinting.
ARGUMENTS = ["--no-sandbox", "--disable-dev-shm-usage", "--font-render-hinting=none"]

NewContext = Callable[..., BrowserContext]


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    def log_message(self, *_words: Any) -> None:
        return


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    # Playwright keeps an event loop in this thread; Django would refuse to touch the database beside it.
    with pytest.MonkeyPatch.context() as environment, sync_playwright() as playwright:
        environment.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def ravi(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ravi]:
    """`ravi up --demo`, started once for all journeys and ended with Ctrl-C."""
    started = running.start(tmp_path_factory.mktemp("ravi"))
    yield started
    started.end()


@pytest.fixture
def unit_keys(ravi: Ravi) -> dict[int, str]:
    """Unit -> the key of its head, whom the demo lets sign in nowhere."""
    return keys_of_units(ravi)


@pytest.fixture
def programs(ravi: Ravi) -> Iterator[Counted]:
    """Calls of the API, counted."""
    with httpx.Client(base_url=f"{ravi.url}/api/v1/", timeout=60) as client:
        yield Counted(client)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[Any]:
    """A failed journey says what Ravi itself saw: its copies by state, and its engine's last words."""
    report = yield
    started = getattr(item, "funcargs", {}).get("ravi")
    if report.failed and isinstance(started, Ravi):
        report.sections.append(("what Ravi says of it", started.says()))
    return report


@pytest.fixture(scope="module")
def device(chromium: Browser) -> Iterator[NewContext]:
    """`device(360)` is a phone of its own, wider a desk; `scheme="dark"`, `javascript=False` as wished."""
    made: list[BrowserContext] = []

    def make(width: int = 360, *, scheme: Any = "light", javascript: bool = True) -> BrowserContext:
        made.append(_context(chromium, width, scheme=scheme, javascript=javascript))
        return made[-1]

    yield make
    for context in made:
        context.close()


def _context(chromium: Browser, width: int, *, scheme: Any, javascript: bool, **more: Any) -> BrowserContext:
    is_phone = width < 700
    return chromium.new_context(
        viewport={"width": width, "height": 740 if is_phone else 860},
        is_mobile=is_phone,
        has_touch=is_phone,
        locale="fa-IR",
        timezone_id="Asia/Tehran",
        reduced_motion="reduce",
        color_scheme=scheme,
        java_script_enabled=javascript,
        bypass_csp=javascript,
        **more,
    )


@pytest.fixture
def site(fresh_database: Any) -> Iterator[str]:
    """The address of the web side on a database of its own; statics compressed as they are served to people."""
    with make_server("localhost", 0, get_wsgi_application(), _Server, _Quiet) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://localhost:{server.server_port}"
        server.shutdown()
        thread.join(10)
    connections.close_all()


@pytest.fixture
def new_context(chromium: Browser, site: str) -> Iterator[NewContext]:
    """`new_context(360)` is a phone, wider a desk; `scheme="dark"`, `lang="en"`, `javascript=False` as wished."""
    made: list[BrowserContext] = []

    def make(width: int = 1280, *, scheme: Any = "light", lang: str = "fa", javascript: bool = True) -> BrowserContext:
        context = _context(chromium, width, scheme=scheme, javascript=javascript, base_url=site)
        context.add_cookies([{"name": "ravi_language", "value": lang, "url": site}])
        made.append(context)
        return context

    yield make
    for context in made:
        context.close()
