"""Videos whose head says something else than their pictures: one picture thousands of times, or not to show some."""

import io
import os
import struct
import tempfile
from collections.abc import Callable, Iterator

import av
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from ravi.library import video_remaking
from ravi.library.tests.films import film
from ravi.library.video_errors import VideoRefused
from ravi.library.video_rules import KEPT_BYTES

WITHIN = {b"moov", b"trak", b"edts", b"mdia", b"minf", b"stbl"}
Change = Callable[[bytes, bytes], bytes | None]


def noise(width: int = 960, height: int = 540) -> bytes:
    """A video of one picture that cannot be made small."""
    out = io.BytesIO()
    with av.open(out, "w", format="mp4") as opened:
        stream = opened.add_stream("libx264", rate=25, options={"qp": "1", "x264-params": "log-level=none"})
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        drawn = Image.frombytes("RGB", (width, height), os.urandom(width * height * 3))
        opened.mux(stream.encode(av.VideoFrame.from_image(drawn).reformat(format="yuv420p")))
        opened.mux(stream.encode(None))
    return out.getvalue()


def boxes(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    while content:
        length, kind = struct.unpack(">I4s", content[:8])
        yield kind, content[8:length]
        content = content[length:]


def rewritten(content: bytes, change: Change) -> bytes:
    done = b""
    for kind, inner in boxes(content):
        changed = change(kind, rewritten(inner, change) if kind in WITHIN else inner)
        done += struct.pack(">I4s", len(changed) + 8, kind) + changed if changed is not None else b""
    return done


def naming_its_picture(content: bytes, times: int) -> bytes:
    """The same file with a head (ISO/IEC 14496-12) that says: this picture comes `times` times, fifty a second."""
    told: dict[bytes, bytes] = {}
    rewritten(content, told.setdefault)
    size, offset = told[b"stsz"][4:8], told[b"stco"][8:12]
    if size == bytes(4):
        size = told[b"stsz"][12:16]
    heads = {
        b"stsz": bytes(4) + size + struct.pack(">I", times),
        b"stco": bytes(4) + struct.pack(">I", times) + offset * times,
        b"stsc": struct.pack(">IIIII", 0, 1, 1, 1, 1),
        b"stts": struct.pack(">IIII", 0, 1, times, 12_800 // 50),
    }
    left_out = {b"stss", b"ctts", b"edts"}
    return rewritten(content, lambda kind, inner: None if kind in left_out else heads.get(kind, inner))


def test_what_would_fill_the_disk_is_refused_before_it_does(monkeypatch: pytest.MonkeyPatch) -> None:
    bomb, made = naming_its_picture(noise(), 400), []
    whole = tempfile.TemporaryFile

    def watched() -> object:
        made.append(os.dup((file := whole()).fileno()))
        return file

    monkeypatch.setattr(video_remaking.tempfile, "TemporaryFile", watched)
    with pytest.raises(VideoRefused) as refused:
        video_remaking.remake(SimpleUploadedFile("film.mp4", bomb, "video/mp4"))
    written = [os.fstat(one).st_size for one in made]
    for one in made:
        os.close(one)
    assert refused.value.code == "too_heavy"
    assert len(bomb) < 2_000_000 and KEPT_BYTES < max(written) < KEPT_BYTES + 10_000_000


def test_what_an_edit_list_hides_does_not_go_along() -> None:
    """Somebody cut the first second away on the phone: copied as it stands, anybody could take it out again."""
    whole = film(frames=50, black=25, sound=None)

    def hiding(kind: bytes, inner: bytes) -> bytes:
        """An edit list's media_time (ISO/IEC 14496-12, 8.6.6) one second later."""
        if kind != b"elst":
            return inner
        begins = struct.unpack(">i", inner[12:16])[0] + 12_800
        return inner[:12] + struct.pack(">i", begins) + inner[16:]

    cut = rewritten(whole, hiding)
    assert cut != whole
    made = video_remaking.remake(SimpleUploadedFile("film.mp4", cut, "video/mp4"))
    assert not made.was_copied
    with av.open(io.BytesIO(made.content), format="mov") as opened:
        brightest = [max(bytes(frame.planes[0])) for frame in opened.decode(video=0)]
    assert len(brightest) == 25 and min(brightest) > 150
