"""One yes to the unchanged copies of a version in many units."""

from ninja import Field, Schema

from ravi.api.schemas.parts import Id, Strict
from ravi.api.schemas.posts import GroupOut

MOST_POSTS = 5_000


class SharedBrief(Schema):
    """A version that waits in several units for this person's yes."""

    version_id: int
    title: str
    units: int


class SharedPostOut(Schema):
    """One unit's part of the set; `digest` names exactly its copies."""

    post_id: int
    unit_id: int
    digest: str
    hashes: list[str] = Field(description="of its copies, each of which gets a yes of its own")


class CarriedOut(Schema):
    """How far this person's last yes to more posts than twenty has come: `done` of `total` have it."""

    done: int
    total: int
    is_open: bool
    stayed: list[str] = Field(description="sentences: the units that stayed as they were, and why")


class SharedYesOut(Schema):
    """What one yes would cover: the texts once, the units beneath. `digest` names exactly this: send it back with the yes."""

    version_id: int
    digest: str
    groups: list[GroupOut]
    posts: list[SharedPostOut]
    carried: CarriedOut | None


class SharedYesIn(Strict):
    """A yes to exactly the shown set; with `post_ids` to these of it alone."""

    digest: str = Field(pattern=r"^[0-9a-f]{64}$")
    post_ids: list[Id] | None = Field(None, min_length=1, max_length=MOST_POSTS)


class SharedYesDone(Schema):
    """The posts that have the yes."""

    approved: list[int]


class SharedYesBegun(Schema):
    """How many posts get the yes one after the other, by themselves: `carried` of the same address says how far it is."""

    begun: int
