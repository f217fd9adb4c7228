"""What comes out of the re-encoder, read back; and what does not get in."""

import io
import random
import struct
import zipfile
import zlib

import pytest
from PIL import Image, ImageCms
from PIL.PngImagePlugin import PngInfo

from ravi.library import drawing
from ravi.library.drawing import redraw
from ravi.library.errors import ImageRefused
from ravi.library.rules import WISHED_BYTES, image_format

GPS = 0x8825


def picture(width=40, height=30, mode="RGB", color=(200, 30, 30)):
    return Image.new(mode, (width, height), color)


def encoded(image, kind, **options):
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def noise(width, height):
    return Image.frombytes("RGB", (width, height), random.Random(7).randbytes(width * height * 3))


def phone_photo(orientation=6):
    exif = Image.Exif()
    exif[0x010F], exif[0x0112], exif[0x0131] = "PhoneMaker", orientation, "Editor of somebody"
    exif.get_ifd(GPS)[1], exif.get_ifd(GPS)[2] = "N", (38.0, 4.0, 12.0)
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    image = picture(40, 30)
    image.putpixel((0, 0), (0, 0, 255))
    return encoded(image, "JPEG", exif=exif, icc_profile=profile, comment=b"home of somebody", quality=95)


def test_a_phones_photo_loses_place_maker_profile_and_comment_and_stands_upright():
    photo = phone_photo()
    assert b"PhoneMaker" in photo and Image.open(io.BytesIO(photo)).getexif().get_ifd(GPS)
    drawn = redraw(photo)
    back = Image.open(io.BytesIO(drawn.content))
    assert (drawn.media_type, drawn.width, drawn.height, back.size) == ("image/jpeg", 30, 40, (30, 40))
    assert dict(back.getexif()) == {} and back.getexif().get_ifd(GPS) == {}
    assert {"exif", "icc_profile", "comment", "xmp"} & set(back.info) == set()
    for trace in (b"PhoneMaker", b"Editor of somebody", b"home of somebody", b"Exif", b"ICC_PROFILE"):
        assert trace not in drawn.content


def test_the_words_in_a_png_go():
    words = PngInfo()
    words.add_text("Author", "somebody")
    words.add_itxt("Place", "a street")
    see_through = picture(mode="RGBA", color=(1, 2, 3, 100))
    drawn = redraw(encoded(see_through, "PNG", pnginfo=words))
    assert drawn.media_type == "image/png"
    back = Image.open(io.BytesIO(drawn.content))
    assert back.mode == "RGBA" and back.getpixel((0, 0)) == (1, 2, 3, 100)
    assert back.info == {} and b"somebody" not in drawn.content and b"a street" not in drawn.content


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
def test_every_kind_of_opaque_image_becomes_a_jpeg(kind):
    drawn = redraw(encoded(picture(), kind))
    assert (drawn.media_type, drawn.width, drawn.height) == ("image/jpeg", 40, 30)


@pytest.mark.parametrize("mode", ["1", "L", "P", "CMYK", "I;16", "LA"])
def test_every_mode_is_drawn(mode):
    kind = "JPEG" if mode == "CMYK" else "PNG"
    image = Image.new(mode, (8, 6)) if mode == "I;16" else picture().convert(mode)
    assert redraw(encoded(image, kind)).media_type == "image/jpeg"


def test_sixteen_bit_greys_stay_grey():
    image = Image.new("I;16", (8, 6), 0x8000)
    back = Image.open(io.BytesIO(redraw(encoded(image, "PNG")).content))
    assert all(abs(part - 128) < 4 for part in back.getpixel((3, 3)))


def test_only_the_first_frame_stays():
    frames = [picture(color=(255, 0, 0)), picture(color=(0, 0, 255))]
    drawn = redraw(encoded(frames[0], "GIF", save_all=True, append_images=frames[1:]))
    back = Image.open(io.BytesIO(drawn.content))
    assert getattr(back, "n_frames", 1) == 1 and back.getpixel((5, 5))[0] > 200


def test_a_large_photo_fits_every_platform():
    drawn = redraw(encoded(noise(4000, 3000), "JPEG", quality=60))
    assert max(drawn.width, drawn.height) <= 2560
    assert drawn.width * 3 == drawn.height * 4
    smooth = redraw(encoded(picture(5000, 2500), "JPEG"))
    assert (smooth.width, smooth.height) == (2560, 1280) and len(smooth.content) <= WISHED_BYTES


def test_what_is_hung_on_behind_an_image_is_gone():
    drawn = redraw(encoded(picture(), "JPEG") + b"<script>alert(1)</script>PK\x03\x04")
    assert b"<script>" not in drawn.content and b"PK\x03\x04" not in drawn.content


def zip_bytes():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("photo.jpg", b"x")
    return out.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        zip_bytes(),
        b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
        b'<?xml version="1.0"?><svg/>',
        b"<!doctype html><script>alert(1)</script>",
        b"%PDF-1.7",
        b"II*\x00" + b"\x00" * 40,
        b"BM" + b"\x00" * 40,
        b"RIFF\x00\x00\x00\x00WAVE",
    ],
)
def test_what_is_no_image_is_refused_whatever_its_name(content):
    assert image_format(content[:16]) is None
    with pytest.raises(ImageRefused) as refused:
        redraw(content)
    assert refused.value.code == "not_an_image"


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
def test_a_torn_image_is_refused(kind):
    whole = encoded(noise(300, 200), kind)
    with pytest.raises(ImageRefused) as refused:
        redraw(whole[: len(whole) // 2])
    assert refused.value.code == "damaged"


def test_html_behind_a_gifs_first_bytes_is_refused():
    with pytest.raises(ImageRefused) as refused:
        redraw(b"GIF89a/*<script>alert(1)</script>*/" + b"\x00" * 60)
    assert refused.value.code == "damaged"


def bomb(width, height):
    """A PNG of a few kilobytes that says it is that large."""

    def chunk(kind, body):
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    row = zlib.compress(b"\x00" * 5_000_000, 9)
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", row) + chunk(b"IEND", b"")


@pytest.mark.parametrize("size", [(20_000, 20_000), (60_000, 900), (2_000_000_000, 2)])
def test_too_many_pixels_are_refused_before_they_are_drawn(size):
    with pytest.raises(ImageRefused) as refused:
        redraw(bomb(*size))
    assert refused.value.code == "too_many_pixels"


def test_nothing_of_ravis_environment_reaches_the_re_encoder(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://secret")
    seen = {}
    run = drawing.subprocess.run

    def watch(*args, **options):
        seen.update(options["env"])
        return run(*args, **options)

    monkeypatch.setattr(drawing.subprocess, "run", watch)
    redraw(encoded(picture(), "PNG"))
    assert set(seen) == {"PYTHONPATH", "PYTHONDONTWRITEBYTECODE"}


def test_a_process_that_needs_too_much_is_a_sentence(monkeypatch):
    monkeypatch.setattr(drawing, "TIME_LIMIT_S", 0.001)
    with pytest.raises(ImageRefused) as refused:
        redraw(encoded(picture(), "PNG"))
    assert refused.value.code == "too_heavy"
