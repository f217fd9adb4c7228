"""One action of headquarters: take a message back everywhere, and see how far that has come."""

from django.contrib import messages as say
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from ravi.accounts.access import needs, person_of
from ravi.network import services
from ravi.network.errors import NetworkRefused
from ravi.network.forms.withdraw_message import WithdrawMessageForm
from ravi.network.models import Message
from ravi.network.pages import withdraw_message as page
from ravi.network.queries.withdraw_message import is_withdrawable, may_withdraw_message
from ravi.network.rules import MessageState
from ravi.network.views.message import READERS
from ravi.network.views.scope import visible_message


@require_http_methods(["GET", "HEAD", "POST"])
@needs(*READERS)
def withdrawal(request: HttpRequest, pk: int) -> HttpResponse:
    """Asks once and says what it will do; afterwards, how many copies are removed and what is left."""
    of = visible_message(request, pk)
    if of.state == MessageState.WITHDRAWN:
        return render(request, "network/withdrawn.html", {"message": of, **page.after(of)})
    if not may_withdraw_message(person_of(request), of):
        raise PermissionDenied(_("The head, whoever wrote the message, or the expert who said yes to it withdraws it."))
    form = WithdrawMessageForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return _withdraw(request, of, form.cleaned_data["reason"])
    if not is_withdrawable(of):
        return redirect("network:message", pk=pk)
    status = 422 if form.errors else 200
    return render(request, "network/withdrawal.html", {"message": of, "form": form, **page.before(of)}, status=status)


def _withdraw(request: HttpRequest, of: Message, reason: str) -> HttpResponse:
    try:
        services.withdraw_message(of, reason=reason, by=person_of(request))
    except NetworkRefused as refused:
        say.warning(request, str(refused))
        return redirect("network:message", pk=of.pk)
    say.success(request, _("Withdrawn. From this moment nothing more of it leaves; what is out is being removed."))
    return redirect("network:withdrawal", pk=of.pk)
