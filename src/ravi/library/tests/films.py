"""Small videos as phones and programs write them, made in the test by PyAV itself."""

import io
from fractions import Fraction
from typing import Any

import av

PLACE = "+38.0700+046.2900/"
DEVICE = "PhoneMaker of somebody"
SOMEBODY = {
    "location": PLACE,
    "com.apple.quicktime.location.ISO6709": PLACE,
    "com.apple.quicktime.make": DEVICE,
    "title": "home of somebody",
    "artist": "Somebody",
    "comment": "a street",
    "creation_time": "2026-11-20T08:09:10.000000Z",
}


def film(
    codec: str = "libx264",
    *,
    width: int = 160,
    height: int = 120,
    frames: int = 25,
    fps: int = 25,
    sound: str | None = "aac",
    form: str = "mp4",
    pixels: str = "yuv420p",
    rotation: int = 0,
    said: dict[str, str] | None = None,
    black: int = 0,
    options: dict[str, str] | None = None,
    slow: int = 1,
) -> bytes:
    """The bytes of a video: its left half is bright and its right half dark, so that one sees which way is up.

    `rotation` degrees clockwise stand in its matrix; the first `black` frames show nothing; each frame stays
    `slow` times as long as it should."""
    out = io.BytesIO()
    tags = {"movflags": "use_metadata_tags"} if said and form in {"mp4", "mov"} else {}
    with av.open(out, "w", format=form, options=tags) as opened:
        opened.metadata.update(said or {})
        picture: Any = opened.add_stream(codec, rate=fps, options=_quiet(codec) | (options or {}))
        picture.width, picture.height, picture.pix_fmt = width, height, pixels
        if rotation:
            picture.set_display_rotation(-rotation)
        heard: Any = opened.add_stream(sound, rate=48_000, layout="stereo") if sound else None
        for number in range(frames):
            opened.mux(
                picture.encode(_frame(number, width, height, pixels, Fraction(slow, fps), is_black=number < black))
            )
        opened.mux(picture.encode(None))
        for number in range(int(frames / fps * 48_000 / 960) if heard else 0):
            opened.mux(heard.encode(_silence(number)))
        if heard:
            opened.mux(heard.encode(None))
    return out.getvalue()


def sound_only() -> bytes:
    out = io.BytesIO()
    with av.open(out, "w", format="mp4") as opened:
        heard: Any = opened.add_stream("aac", rate=48_000, layout="stereo")
        for number in range(20):
            opened.mux(heard.encode(_silence(number)))
        opened.mux(heard.encode(None))
    return out.getvalue()


def without_frames() -> bytes:
    """A head that names a picture, and none behind it."""
    out = io.BytesIO()
    with av.open(out, "w", format="mp4") as opened:
        picture: Any = opened.add_stream("libx264", rate=25)
        picture.width, picture.height, picture.pix_fmt = 160, 120, "yuv420p"
        opened.start_encoding()
    return out.getvalue()


def _quiet(codec: str) -> dict[str, str]:
    if codec == "libx265":
        return {"preset": "ultrafast", "x265-params": "log-level=none"}
    return {"deadline": "realtime", "cpu-used": "8"} if codec.startswith("libvpx") else {"preset": "ultrafast"}


def _frame(number: int, width: int, height: int, pixels: str, lasts: Fraction, *, is_black: bool) -> Any:
    frame = av.VideoFrame(width, height, "yuv420p")
    for index, plane in enumerate(frame.planes):
        if index:
            plane.update(bytes([128]) * plane.buffer_size)
            continue
        bright = 16 if is_black else 200 + number % 8
        row = bytes([bright] * (width // 2) + [16 if is_black else 40] * (plane.line_size - width // 2))
        plane.update(row * plane.height)
    frame.pts, frame.time_base = number, lasts
    return frame.reformat(format=pixels) if pixels != "yuv420p" else frame


def _silence(number: int) -> Any:
    quiet = av.AudioFrame(format="fltp", layout="stereo", samples=960)
    for plane in quiet.planes:
        plane.update(bytes(plane.buffer_size))
    quiet.sample_rate, quiet.pts, quiet.time_base = 48_000, number * 960, Fraction(1, 48_000)
    return quiet
