"""The way to the platform breaks: before the call, after its effect, in the answer's middle, or in silence."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from ravi.core import clock
from tests.city import build_city
from tests.crash.proxy import KINDS, FaultProxy
from tests.crash.town import Town, judge

pytestmark = pytest.mark.crash

UNITS = 20
EVERY = 7


@pytest.fixture
def proxy(town: Town) -> Iterator[FaultProxy]:
    one = FaultProxy(town.sandbox.port, delay_s=1.5)
    one.start()
    yield one
    one.stop()


def test_every_kind_of_broken_way(town: Town, proxy: FaultProxy, tell: Callable[..., None]) -> None:
    url = f"http://127.0.0.1:{proxy.port}"
    city = build_city(town.sandbox, town.folder / "proxied", clock.now(), units=UNITS, slug="proxied", url=url)
    far = replace(town, city=city)
    engine = far.engine(reaches=(f"127.0.0.1:{proxy.port}",))
    engine.start()
    proxy.every = EVERY
    post = far.publish()
    far.settle(post)
    proxy.every = 0
    struck = {key for _kind, key in proxy.struck if key}
    row = far.came_of("the way breaks", [post], struck)
    # A connection that was reset before a byte was read has no key: these are held against their number.
    nameless, row["unknown, not in flight"] = row["unknown, not in flight"], 0
    counts = proxy.counts()
    tell("the way to the platform breaks", row | {f"struck: {kind}": counts[kind] for kind in KINDS})
    judge(row)
    assert nameless <= proxy.accepted_and_reset
    assert min(counts[kind] for kind in KINDS) >= 1
    assert proxy.refused == []
    assert row["copies"] == UNITS * 6
    assert engine.end() == 0
