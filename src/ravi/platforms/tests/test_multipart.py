"""A form with files, read by the standard library's own parser."""

from __future__ import annotations

from email import message_from_bytes, policy

from hypothesis import given
from hypothesis import strategies as st

from ravi.platforms.shapes.multipart import File, form


def read(body: bytes, content_type: str) -> dict[str, tuple[str | None, bytes]]:
    """By name: the file's name, and the bytes."""
    letter = message_from_bytes(b"Content-Type: %s\r\n\r\n%s" % (content_type.encode(), body), policy=policy.HTTP)
    parts = {}
    for part in letter.iter_parts():
        name = part.get_param("name", header="content-disposition")
        content = part.get_payload(decode=True)
        assert isinstance(name, str) and isinstance(content, bytes)
        parts[name] = (part.get_filename(), content)
    return parts


def test_fields_and_files_stand_apart() -> None:
    body, content_type = form(
        {"caption": "متن\n\nدو"}, {"photo": File("photo.png", "image/png", b"\x89PNG\r\n--x\r\n")}
    )
    assert read(body, content_type) == {
        "caption": (None, "متن\n\nدو".encode()),
        "photo": ("photo.png", b"\x89PNG\r\n--x\r\n"),
    }
    assert form({"caption": "متن"}, {})[0] == form({"caption": "متن"}, {})[0]


def test_a_name_cannot_open_a_header_of_its_own() -> None:
    body, _ = form({'a"\r\nX-Evil: 1': "v"}, {})
    assert b"\r\nX-Evil" not in body


@given(st.binary(max_size=200))
def test_whatever_a_file_holds_it_arrives(content: bytes) -> None:
    body, content_type = form({"one": "1"}, {"file": File("f.bin", "application/octet-stream", content)})
    boundary = content_type.split("boundary=")[1].encode()
    assert body.split(b"--" + boundary)[2].split(b"\r\n\r\n", 1)[1] == content + b"\r\n"


def test_a_boundary_does_not_stand_in_what_it_parts() -> None:
    once, content_type = form({}, {"file": File("f", "text/plain", b"")})
    boundary = content_type.split("boundary=")[1].encode()
    body, other = form({}, {"file": File("f", "text/plain", b"--" + boundary)})
    assert boundary.decode() not in other and body.count(b"--" + boundary) == 1
    assert once != body
