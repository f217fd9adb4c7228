"""What people type about posts, read into values; nothing here writes."""

from ravi.publishing.forms.answer import ApproveForm, PassForm, ReturnForm, WithdrawForm
from ravi.publishing.forms.channels import ChannelsForm
from ravi.publishing.forms.comment import AnswerForm, CommentForm
from ravi.publishing.forms.composer import ComposerForm
from ravi.publishing.forms.hand import DoneForm, LinkForm, NotDoneForm
from ravi.publishing.forms.step_rule import StepsForm

__all__ = [
    "AnswerForm",
    "ApproveForm",
    "ChannelsForm",
    "CommentForm",
    "ComposerForm",
    "DoneForm",
    "LinkForm",
    "NotDoneForm",
    "PassForm",
    "ReturnForm",
    "StepsForm",
    "WithdrawForm",
]
