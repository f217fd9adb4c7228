"""Pictures that differ, and people whose second factor is relaxed: these tests are about the library."""

import io
from collections.abc import Callable
from itertools import count
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from ravi.library.models import Media
from ravi.library.services import add_image

_sides = count(20)


def picture(side: int | None = None, height: int = 16) -> SimpleUploadedFile:
    """A PNG; two of one side are the same bytes."""
    drawn = io.BytesIO()
    Image.new("RGB", (side or next(_sides), height), (10, 120, 90)).save(drawn, "PNG")
    return SimpleUploadedFile("پوستر.png", drawn.getvalue(), "image/png")


@pytest.fixture
def staff(house: Any) -> Any:
    """The house, with everybody let in."""
    for institution in (house.institution, house.other_institution):
        institution.is_demo = True
        institution.save()
    for person in house.people().values():
        person.refresh_from_db()
    return house


@pytest.fixture
def put(staff: Any) -> Callable[..., Media]:
    """Put a picture of its own on the hospital's shelf."""

    def add(alt_text: str = "پوستر واکسن", *, side: int | None = None, unit: Any = None, by: Any = None) -> Media:
        return add_image(
            picture(side),
            unit=unit or staff.hospital,
            by=by or staff.officer,
            alt_text=alt_text,
            shows_people=False,
        )

    return add
