"""Opens adapters for questions beside the copies; each stays as long as its box: some sign in once and keep the session."""

from dataclasses import dataclass, field

from ravi.delivery.boxes import Boxes
from ravi.delivery.counted import Counted
from ravi.delivery.credentials import KeyFolder
from ravi.delivery.engine.ports import Clock
from ravi.delivery.routes import Routes
from ravi.platforms import contract, registry


@dataclass(slots=True)
class _Kept:
    box: bytes | None
    adapter: contract.Adapter


@dataclass(slots=True)
class Doors:
    """By channel, adapter, platform and route. Calls are counted into what `counting` holds."""

    boxes: Boxes
    keys: KeyFolder
    routes: Routes
    clock: Clock
    _kept: dict[tuple[int, str, str, str], _Kept] = field(default_factory=dict)

    async def adapter(self, channel_id: int, adapter: str, platform: str, route: str) -> contract.Adapter:
        """Raises NoCredential, UnknownRoute, UnknownPlatform, StoreDown."""
        box = await self.boxes.of(channel_id)
        way = (channel_id, adapter, platform, route)
        kept = self._kept.get(way)
        if kept is None or kept.box != box:
            kind = registry.adapter(adapter, platform)
            opened = self.keys.open(channel_id, box, kind.credentials_type)
            transport = Counted(await self.routes.transport(route), self.clock)
            kept = self._kept[way] = _Kept(box, kind(opened.values, transport))
        return kept.adapter
