"""Why a video, its picture or its captions were not kept, as sentences; nothing else of the form is lost."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from ravi.core.calendar import number
from ravi.library.video_rules import MAX_BYTES, MAX_S

if TYPE_CHECKING:
    from ravi.library.models import Media

SENTENCES = {
    "too_large": _(
        "This video is larger than %(most)s MB. Cut it shorter, or film with fewer pixels, and choose it again."
    ),
    "too_long": _(
        "This video is longer than %(minutes)s minutes. Cut it, or put it on a video site and write its link."
    ),
    "not_a_video": _("This is no MP4, MOV or WebM video, whatever its name says. Choose a video from the phone."),
    "no_picture": _("There is no picture in this file, only sound or nothing. Choose a video that has a picture."),
    "no_frames": _("There is no picture in this video: it is empty. Choose another."),
    "damaged": _("This video is damaged or was not saved to its end. Save it anew and choose it again."),
    "unknown_kind": _("This kind of video cannot be read here. Save it as MP4 and choose it again."),
    "too_many_pixels": _("This video has more pixels than a phone films. Save it with 1080 lines and choose it again."),
    "too_heavy": _(
        "This video would take too long to convert. Cut it shorter, or save it as MP4 (H.264) with 1080 lines."
    ),
    "erased": _("This video was erased; nothing can be said about it any more."),
    "busy": _("Another video is being converted just now. Choose this one again in a minute."),
    "no_alt_text": _("Say what is seen in the video, for those who do not see it."),
    "no_consent": _("Somebody can be recognised: write where their consent is kept."),
    "here_already": _("This video is here already. Use the one that is here, with its words."),
    "not_kept": _("The video could not be kept; the rest of the form is still here. Try again in some minutes."),
    "see_through": _("The picture has see-through parts. Save it as JPEG and choose it again."),
    "no_such_moment": _("The video has no picture at that second. Choose one within its length."),
    "captions_no_language": _("Say in which language the captions are."),
}
CAPTIONS = {
    "too_large": _("The captions file is larger than any captions are. Choose the file with the captions."),
    "not_utf8": _(
        "The captions file is not in UTF-8, so its letters would be wrong. Save it as UTF-8 and choose it again."
    ),
    "empty": _("There are no captions in this file."),
    "no_timing": _("Captions, line %(line)s: here a time such as 00:00:01,000 --> 00:00:04,000 should stand."),
    "bad_time": _("Captions, line %(line)s: this time cannot be read."),
    "ends_before": _("Captions, line %(line)s: it ends before it begins."),
    "out_of_order": _("Captions, line %(line)s: it begins before the one above it."),
    "no_words": _("Captions, line %(line)s: there are no words under this time."),
    "markup": _("Captions, line %(line)s: only bold, italic and underlined are taken. Take the other signs out."),
    "bad_sign": _("Captions, line %(line)s: there is a sign that no text has."),
    "past_the_end": _("Captions, line %(line)s: the video is over by then. Do these captions belong to it?"),
}


class VideoRefused(Exception):
    """`code` names the situation, `field` where it is said; the text is a sentence."""

    def __init__(self, code: str, field: str = "video") -> None:
        facts = {"most": number(MAX_BYTES // 1_000_000), "minutes": number(MAX_S // 60)}
        super().__init__(str(SENTENCES[code]) % facts)
        self.code, self.field = code, field


class VideoAlreadyHere(VideoRefused):
    """The unit has these very bytes: `media`. Nothing was kept a second time."""

    def __init__(self, media: "Media") -> None:
        super().__init__("here_already")
        self.media = media


class CaptionsRefused(VideoRefused):
    """What is wrong with captions, with the line where there is one."""

    def __init__(self, code: str, line: int = 0) -> None:
        Exception.__init__(self, str(CAPTIONS[code]) % {"line": number(line)})
        self.code, self.field = code, "captions"
