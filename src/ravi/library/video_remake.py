"""Makes an uploaded video anew, in a process of its own with little memory and time: a file in, an MP4 and its picture out.

Run as `python -m ravi.library.video_remake OUT_FD` with the upload as stdin: the video is written to that descriptor; on
stdout one line of JSON, then the picture (JPEG). `--still MS` draws the picture at that moment of a video that is kept.
Nothing but picture and sound gets through: no place, no device, no name, no date, no chapter, no other track, and no words
within the stream of pictures (SEI).
"""

from __future__ import annotations

import errno
import fcntl
import io
import json
import os
import resource
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from typing import IO, Any, Protocol

import av
from av.bitstream import BitStreamFilterContext

from ravi.library import video_rules as rules
from ravi.library.video_film import Refused, Tracks, read_tracks
from ravi.library.video_still import still

MEMORY_BYTES = 3_000 * 1024 * 1024
CPU_S = 300
WAIT_S = 40
# A short file may name the same picture many thousand times: copied one by one they would fill the disk.
WRITTEN_BYTES = rules.KEPT_BYTES + 5_000_000
# No date and no program's name: equal uploads become equal files.
PLAIN_MP4 = {"movflags": "faststart", "fflags": "bitexact"}
CLOCK = Fraction(1, 90_000)
SOUND_RATE, SOUND_BITS = 48_000, 128_000


class _Part(Protocol):
    """One track of the new file."""

    def made(self, packet: Any) -> Iterator[Any]: ...

    def rest(self) -> Iterator[Any]: ...


def remake(source: IO[bytes], target: str) -> bool:
    """Write the video to the path `target`; whether its picture was copied as it was. Raises Refused."""
    tracks = read_tracks(source)
    if tracks.copies_picture:
        _write(tracks, target)
        return True
    if tracks.film.frames > rules.MOST_FRAMES:
        raise Refused("too_heavy")
    with _alone():
        _write(tracks, target)
    return False


@contextmanager
def _alone() -> Iterator[None]:
    """One video at a time on this machine is encoded, or none would be ready in time; raises Refused after a while."""
    until = time.monotonic() + WAIT_S
    with Path(__file__).open("rb") as gate:
        while True:
            try:
                fcntl.flock(gate, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError as taken:
                if time.monotonic() > until:
                    raise Refused("busy") from taken
                time.sleep(0.2)
        yield


def _write(tracks: Tracks, target: str) -> None:
    with av.open(target, "w", format="mp4", options=PLAIN_MP4) as out:
        parts: dict[int, _Part] = {tracks.film_stream.index: _picture(tracks, out)}
        if tracks.sound is not None:
            parts[tracks.sound.index] = _sound(tracks, out)
        for packet in tracks.packets():
            out.mux(list(parts[packet.stream_index].made(packet)))
        for part in parts.values():
            out.mux(list(part.rest()))


def _picture(tracks: Tracks, out: Any) -> _Part:
    if not tracks.copies_picture:
        return _Drawn(tracks, out)
    copied = _Copied(tracks.film_stream, out, "filter_units=remove_types=6")
    if tracks.matrix is not None:
        copied.stream.set_display_matrix(tracks.matrix)
    return copied


def _sound(tracks: Tracks, out: Any) -> _Part:
    return _Copied(tracks.sound, out) if tracks.copies_sound else _Heard(tracks.sound, out)


class _Copied:
    """Packets as they are, through a filter that takes out what a camera wrote between the pictures."""

    def __init__(self, stream: Any, out: Any, filtered: str = "") -> None:
        self.stream = out.add_stream_from_template(stream, opaque=True)
        self.stream.metadata.clear()
        self._filter = BitStreamFilterContext(filtered, stream, self.stream) if filtered else None

    def made(self, packet: Any) -> Iterator[Any]:
        for one in self._filter.filter(packet) if self._filter else [packet]:
            one.stream = self.stream
            yield one

    def rest(self) -> Iterator[Any]:
        for one in self._filter.filter(None) if self._filter else []:
            one.stream = self.stream
            yield one


class _Drawn:
    """Every picture decoded, turned upright, fitted and encoded as H.264."""

    def __init__(self, tracks: Tracks, out: Any) -> None:
        film, source = tracks.film, tracks.film_stream
        turned = film.rotation in (90, 270)
        ratio = float(source.sample_aspect_ratio or 1)
        wide = max(1, round(film.width * ratio))
        upright = (film.height, wide) if turned else (wide, film.height)
        self._size = rules.drawn_size(*upright, film.frames)
        self._film, self._source = film, source
        self._graph: Any = None
        fps = film.fps if film.fps <= rules.MAX_FPS else 30.0
        rate = Fraction(fps).limit_denominator(1001)
        self.stream = out.add_stream("libx264", rate=rate, options=_x264(tracks.duration_s))
        self.stream.width, self.stream.height = self._size
        self.stream.pix_fmt = "yuv420p"
        self.stream.codec_context.time_base = CLOCK
        self.stream.codec_context.thread_count = 2

    def made(self, packet: Any) -> Iterator[Any]:
        for frame in packet.decode():
            yield from self._drawn(frame)

    def rest(self) -> Iterator[Any]:
        for frame in self._source.decode(None):
            yield from self._drawn(frame)
        if self._graph is not None:
            self._graph.vpush(None)
            yield from self._pulled()
        yield from self.stream.encode(None)

    def _drawn(self, frame: Any) -> Iterator[Any]:
        if self._graph is None:
            self._graph = self._made_graph(frame)
        self._graph.vpush(frame)
        yield from self._pulled()

    def _pulled(self) -> Iterator[Any]:
        while True:
            try:
                frame = self._graph.vpull()
            except (av.BlockingIOError, av.EOFError):
                return
            yield from self.stream.encode(frame)

    def _made_graph(self, frame: Any) -> Any:
        graph = av.filter.Graph()
        nodes = [graph.add_buffer(template=self._source, time_base=frame.time_base)]
        nodes += [graph.add(name, argument) for name, argument in self._steps(frame)]
        graph.link_nodes(*nodes, graph.add("buffersink")).configure()
        return graph

    def _steps(self, frame: Any) -> Iterator[tuple[str, str]]:
        if self._film.fps > rules.MAX_FPS:
            yield "fps", "30"
        turns = {90: [("transpose", "clock")], 180: [("hflip", ""), ("vflip", "")], 270: [("transpose", "cclock")]}
        yield from turns.get(self._film.rotation, [])
        yield "scale", f"{self._size[0]}:{self._size[1]}:flags=bicubic"
        yield "setsar", "1"
        if frame.color_primaries == _WIDE_COLOURS:
            # What phones film in HLG, brought back to what platforms show.
            yield "colorspace", "all=bt709:ispace=bt2020ncl:iprimaries=bt2020:itrc=bt2020-10:format=yuv420p"
        yield "format", "yuv420p"


_WIDE_COLOURS = 9  # ITU-T H.273, table 2: BT.2020


class _Heard:
    """Every sound decoded and encoded as AAC in stereo."""

    def __init__(self, source: Any, out: Any) -> None:
        self._source = source
        self.stream = out.add_stream("aac", rate=SOUND_RATE, layout="stereo")
        self.stream.bit_rate = SOUND_BITS

    def made(self, packet: Any) -> Iterator[Any]:
        for frame in packet.decode():
            yield from self.stream.encode(frame)

    def rest(self) -> Iterator[Any]:
        for frame in self._source.decode(None):
            yield from self.stream.encode(frame)
        yield from self.stream.encode(None)


def _x264(duration_s: float) -> dict[str, str]:
    most = rules.most_bits_per_s(duration_s)
    return {
        "preset": "veryfast",
        "crf": "23",
        "maxrate": str(most),
        "bufsize": str(most * 2),
        "profile": "high",
        "flags": "bitexact",
    }


def _answer(source: IO[bytes], out_fd: int) -> tuple[dict[str, Any], bytes]:
    path = Path(f"/proc/self/fd/{out_fd}")
    was_copied = remake(source, str(path))
    with path.open("rb") as made:
        if os.fstat(made.fileno()).st_size > rules.KEPT_BYTES:
            raise Refused("too_heavy")
        facts, picture = still(made)
    return facts | {"was_copied": was_copied}, picture


def main(arguments: list[str], source: IO[bytes], target: IO[bytes]) -> None:
    """Answer one file. The limits hold for this process from here on."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S))
    resource.setrlimit(resource.RLIMIT_FSIZE, (WRITTEN_BYTES, WRITTEN_BYTES))
    os.nice(10)
    try:
        if arguments[0] == "--still":
            facts, picture = still(source, at_ms=int(arguments[1]))
        else:
            facts, picture = _answer(source, int(arguments[0]))
    except Refused as refused:
        facts, picture = {"refused": str(refused)}, b""
    except MemoryError:
        facts, picture = {"refused": "too_heavy"}, b""
    except (
        av.FFmpegError, OSError, ValueError, IndexError, KeyError, TypeError, AttributeError, ZeroDivisionError
    ) as error:  # fmt: skip
        is_full = getattr(error, "errno", None) == errno.EFBIG
        facts, picture = {"refused": "too_heavy" if is_full else "damaged"}, b""
    target.write(json.dumps(facts).encode() + b"\n" + picture)


if __name__ == "__main__":
    main(sys.argv[1:], io.BufferedReader(io.FileIO(0)), sys.stdout.buffer)
