"""What comes out of the child that makes videos anew, read back; and what does not get in."""

import io
import zipfile

import av
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from ravi.library import video_remaking
from ravi.library.tests import films
from ravi.library.tests.films import film
from ravi.library.video_errors import VideoRefused
from ravi.library.video_remaking import remake, still


def upload(content, name="film.mp4"):
    return SimpleUploadedFile(name, content, "video/mp4")


def made(content):
    return remake(upload(content))


def opened(content):
    return av.open(io.BytesIO(content), format="mov")


def corners(picture):
    """(left brighter, top brighter) of a JPEG."""
    grey = Image.open(io.BytesIO(picture)).convert("L")
    width, height = grey.size
    middle = [grey.getpixel(at) for at in ((width // 8, height // 2), (width - width // 8, height // 2))]
    ends = [grey.getpixel(at) for at in ((width // 2, height // 8), (width // 2, height - height // 8))]
    return middle[0] - middle[1] > 60, ends[0] - ends[1] > 60


def refusal(content):
    with pytest.raises(VideoRefused) as refused:
        made(content)
    return refused.value.code


def test_h264_with_aac_is_copied_frame_by_frame_with_its_head_in_front():
    before = film(said=films.SOMEBODY)
    after = made(before)
    assert (after.was_copied, after.width, after.height, after.duration_ms) == (True, 160, 120, 1000)
    assert after.content.find(b"moov") < after.content.find(b"mdat")
    with opened(before) as old, opened(after.content) as new:
        decoded = [[bytes(frame.planes[0]) for frame in one.decode(video=0)] for one in (old, new)]
        assert len(decoded[1]) == 25 and decoded[0] == decoded[1]
        assert [stream.codec_context.name for stream in new.streams] == ["h264", "aac"]


@pytest.mark.parametrize("form", ["mp4", "mov"])
def test_nothing_of_place_device_name_and_day_survives(form):
    before = film(said=films.SOMEBODY, form=form)
    for trace in (films.PLACE, films.DEVICE, "home of somebody", "a street"):
        assert trace.encode() in before
    after = made(before).content
    with opened(after) as new:
        assert set(new.metadata) <= {"major_brand", "minor_version", "compatible_brands"}
        assert all(set(one.metadata) <= {"language", "handler_name"} for one in new.streams)
    for trace in (films.PLACE, "38.07", films.DEVICE, "somebody", "Somebody", "a street", "x264", "Lavf"):
        assert trace.encode() not in after
    with opened(before) as old:
        assert "creation_time" in old.metadata


def test_equal_videos_become_equal_files_whatever_was_said_of_them():
    assert made(film(said=films.SOMEBODY)).content == made(film()).content


@pytest.mark.parametrize(
    ("rotation", "looks"), [(0, (True, False)), (90, (False, True)), (180, (False, False)), (270, (False, False))]
)
def test_a_phones_video_stands_upright(rotation, looks):
    after = made(film(rotation=rotation))
    assert after.was_copied
    assert (after.width, after.height) == ((120, 160) if rotation in (90, 270) else (160, 120))
    assert Image.open(io.BytesIO(after.picture)).size == (after.width, after.height)
    assert corners(after.picture) == looks
    with opened(after.content) as new:
        turned = abs(next(new.decode(video=0)).rotation)
    assert turned == {0: 0, 90: 90, 180: 180, 270: 90}[rotation]


@pytest.mark.parametrize(
    ("codec", "form", "sound", "pixels"),
    [
        ("libx265", "mov", "aac", "yuv420p"),
        ("libvpx-vp9", "webm", "libopus", "yuv420p"),
        ("libx264", "mp4", "aac", "yuv444p"),
        ("libx264", "mp4", "aac", "yuv420p10le"),
    ],
)
def test_every_other_kind_becomes_plain_h264(codec, form, sound, pixels):
    after = made(film(codec, form=form, sound=sound, pixels=pixels))
    assert not after.was_copied and (after.width, after.height) == (160, 120)
    assert abs(after.duration_ms - 1000) <= 80
    with opened(after.content) as new:
        picture = new.streams.video[0]
        assert (picture.codec_context.name, picture.codec_context.pix_fmt) == ("h264", "yuv420p")
        assert new.streams.audio[0].codec_context.name == "aac"
        assert len(list(new.decode(video=0))) == 25
    assert corners(after.picture) == (True, False)


def test_a_rotated_video_that_is_encoded_anew_stands_upright_by_itself():
    after = made(film("libx265", form="mov", rotation=90))
    assert (after.width, after.height) == (120, 160) and corners(after.picture) == (False, True)
    with opened(after.content) as new:
        frame = next(new.decode(video=0))
        assert (frame.width, frame.height, frame.rotation) == (120, 160, 0)


def test_what_is_larger_than_1080_lines_is_made_smaller():
    after = made(film(width=2560, height=1440, frames=3, sound=None))
    assert (after.width, after.height, after.was_copied) == (1920, 1080, False)


def test_only_the_sound_is_encoded_where_only_the_sound_is_odd():
    after = made(film(sound="mp3"))
    with opened(after.content) as new:
        assert after.was_copied and new.streams.audio[0].codec_context.name == "aac"


def test_a_silent_video_stays_silent():
    after = made(film(sound=None))
    with opened(after.content) as new:
        assert after.was_copied and not new.streams.audio


def test_the_picture_is_not_black_where_something_else_is_there():
    after = made(film(frames=50, black=20))
    grey = Image.open(io.BytesIO(after.picture)).convert("L")
    assert grey.getextrema()[1] > 150
    assert Image.open(io.BytesIO(after.picture)).info.keys().isdisjoint({"exif", "icc_profile", "comment"})


def test_the_frame_of_any_second_can_be_drawn():
    content = made(film(frames=50, black=25)).content
    brightness = [max(Image.open(io.BytesIO(still(content, ms))).convert("L").getextrema()) for ms in (0, 1500, 9000)]
    assert brightness[0] < 40 and brightness[1] > 150 and brightness[2] > 150


def zipped():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("film.mp4", b"x")
    return out.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        zipped(),
        b"<!doctype html><script>",
        b"%PDF-1.7",
        b"\xff\xd8\xff\xe0JFIF",
        b"RIFF\0\0\0\0AVI LIST",
        b"\0\0\0 ftypheic" + b"\0" * 90,
    ],
)
def test_what_is_no_video_is_refused_whatever_its_name(content):
    assert refusal(content) == "not_a_video"


def test_broken_videos_are_refused_each_with_its_sentence():
    whole = film(frames=50)
    in_front = made(whole).content  # its head stands before the pictures
    assert refusal(whole[: len(whole) // 2]) == "damaged"
    assert refusal(in_front[: len(in_front) * 2 // 3]) == "damaged"
    assert refusal(whole[:32]) == "damaged"
    assert refusal(b"\0\0\0\x18ftypmp42" + b"\0" * 400) == "damaged"
    assert refusal(films.sound_only()) == "no_picture"
    assert refusal(b"\x1aE\xdf\xa3" + b"\0" * 200) == "damaged"


def test_a_video_without_frames_is_refused():
    assert refusal(films.without_frames()) == "no_picture"


def test_a_video_that_is_too_long_is_refused_before_it_is_decoded():
    assert refusal(film(width=16, height=16, frames=13, fps=1, sound=None, slow=50)) == "too_long"


def test_a_large_upload_is_refused_unread():
    class Huge(SimpleUploadedFile):
        def chunks(self, *args):
            raise AssertionError("it was read")

    huge = Huge("x.mp4", b"\0\0\0\x18ftypmp42")
    huge.size = 101_000_000
    with pytest.raises(VideoRefused) as refused:
        remake(huge)
    assert refused.value.code == "too_large" and "۱۰۰" in str(refused.value)


def test_nothing_of_ravis_environment_reaches_the_child(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://secret")
    seen = {}
    run = video_remaking.subprocess.run

    def watch(*args, **options):
        seen.update(options["env"])
        return run(*args, **options)

    monkeypatch.setattr(video_remaking.subprocess, "run", watch)
    made(film())
    assert set(seen) == {"PYTHONPATH", "PYTHONDONTWRITEBYTECODE"}


def test_a_child_that_needs_too_long_is_a_sentence(monkeypatch):
    monkeypatch.setattr(video_remaking, "TIME_LIMIT_S", 0.001)
    assert refusal(film()) == "too_heavy"
