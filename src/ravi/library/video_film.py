"""Reads what an uploaded video says of itself, in the child process only: its tracks, its length, which way is up."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import IO, Any

import av

from ravi.library import video_rules as rules

_HEAD = 16


class Refused(Exception):
    """The code of a sentence in ravi.library.video_errors."""


@dataclass(frozen=True)
class Passed:
    """What going once over the packets of one track told."""

    count: int
    hidden: int
    begin_s: float
    end_s: float


@dataclass(frozen=True)
class Tracks:
    """The picture and the sound of one upload; `matrix` says which way is up."""

    source: Any
    film_stream: Any
    sound: Any
    film: rules.Film
    duration_s: float
    matrix: tuple[int, ...] | None
    copies_picture: bool
    copies_sound: bool

    def packets(self) -> Iterator[Any]:
        """Every packet with a time, of these two tracks; once."""
        wanted = [one for one in (self.film_stream, self.sound) if one is not None]
        return (packet for packet in self.source.demux(wanted) if packet.dts is not None)


def read_tracks(source: IO[bytes]) -> Tracks:
    """Raises Refused for what is no video, has no picture, ends too early, is too long or too large."""
    source.seek(0)
    kind = rules.container(source.read(_HEAD))
    if kind is None:
        raise Refused("not_a_video")
    size_bytes = source.seek(0, 2)
    passed = _pass_over(*_opened(source, kind))
    first = _first_frame(*_opened(source, kind)[:2])
    # Each time from the very beginning: a seek leads to the keyframe that some index names.
    opened, film_stream, sound = _opened(source, kind)
    film = _film(film_stream, first, passed[0])
    copies_sound = sound is not None and rules.may_copy_sound(
        sound.codec_context.name, sound.codec_context.channels, passed[1].hidden
    )
    return Tracks(
        opened, film_stream, sound, film, _length(passed[0], film_stream), matrix_of(first),
        rules.may_copy_picture(film, size_bytes), copies_sound,
    )  # fmt: skip


def _opened(source: IO[bytes], kind: str) -> tuple[Any, Any, Any]:
    source.seek(0)
    opened: Any = av.open(source, format=kind)
    return opened, *_chosen(opened)


def _chosen(opened: Any) -> tuple[Any, Any]:
    films = [one for one in opened.streams.video if not one.disposition & one.disposition.attached_pic]
    if not films:
        raise Refused("no_picture")
    film = films[0]
    if film.codec_context is None or film.codec_context.name not in rules.VIDEO_CODECS:
        raise Refused("unknown_kind")
    if film.codec_context.width * film.codec_context.height > rules.MAX_PIXELS:
        raise Refused("too_many_pixels")
    film.thread_type = "AUTO"
    sound = next((one for one in opened.streams.audio if one.codec_context is not None), None)
    if sound is not None and sound.codec_context.name not in rules.SOUND_CODECS:
        raise Refused("unknown_kind")
    return film, sound


def _pass_over(opened: Any, film: Any, sound: Any) -> tuple[Passed, Passed]:
    """Nothing is decoded yet: counts, times, and whether all of it is there."""
    seen = {stream.index: [0, 0, None, 0.0] for stream in (film, sound) if stream is not None}
    for packet in opened.demux([one for one in (film, sound) if one is not None]):
        if packet.dts is None:
            continue
        if packet.is_corrupt:
            raise Refused("damaged")
        at = float((packet.pts if packet.pts is not None else packet.dts) * packet.time_base)
        told: Any = seen[packet.stream_index]
        told[0] += 1
        told[1] += packet.is_discard
        told[2] = at if told[2] is None else min(told[2], at)
        told[3] = max(told[3], at + float((packet.duration or 0) * packet.time_base))
        if at - told[2] > rules.MAX_S + 1:
            raise Refused("too_long")
    of_film = Passed(*_whole(seen[film.index]))
    return of_film, Passed(*_whole(seen[sound.index])) if sound is not None else Passed(0, 0, 0.0, 0.0)


def _whole(told: Any) -> tuple[int, int, float, float]:
    return told[0], told[1], told[2] or 0.0, told[3]


def _length(passed: Passed, film: Any) -> float:
    if passed.count == 0:
        raise Refused("no_frames")
    if film.frames and passed.count < film.frames:
        raise Refused("damaged")
    duration_s = passed.end_s - passed.begin_s
    if duration_s > rules.MAX_S:
        raise Refused("too_long")
    return duration_s


def _first_frame(opened: Any, film: Any) -> Any:
    for frame in opened.decode(film):
        return frame
    raise Refused("damaged")


def _film(stream: Any, first: Any, passed: Passed) -> rules.Film:
    ratio = stream.sample_aspect_ratio
    rate = stream.average_rate or stream.guessed_rate or Fraction(25)
    return rules.Film(
        codec=stream.codec_context.name,
        pixels=first.format.name,
        width=first.width,
        height=first.height,
        rotation=rotation_of(matrix_of(first)),
        has_square_pixels=not ratio or ratio == 1,
        fps=float(rate),
        frames=passed.count,
        hidden_frames=passed.hidden,
    )


def matrix_of(frame: Any) -> tuple[int, ...] | None:
    """Nine numbers as MP4 keeps them, or None where the picture stands as it is."""
    found = frame.side_data.get("DISPLAYMATRIX")
    return struct.unpack("<9i", bytes(found)[:36]) if found is not None else None


def rotation_of(matrix: tuple[int, ...] | None) -> int:
    """By how many degrees clockwise the picture is to be turned: 0, 90, 180 or 270; 1 for everything else (mirrored, askew)."""
    if matrix is None:
        return 0
    one = 1 << 16
    turns = {(one, 0, 0, one): 0, (0, one, -one, 0): 90, (-one, 0, 0, -one): 180, (0, -one, one, 0): 270}
    return turns.get((matrix[0], matrix[1], matrix[3], matrix[4]), 1)
