"""Comments beside the text: said, answered, settled."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from ravi.accounts.access import person_of, signed_in
from ravi.accounts.queries import rights
from ravi.accounts.rules import Ability
from ravi.publishing import queries, services
from ravi.publishing.errors import PublishingRefused
from ravi.publishing.forms import AnswerForm, CommentForm
from ravi.publishing.rules import PostState, passages
from ravi.publishing.views.scope import visible_post


@require_http_methods(["GET", "POST"])
@signed_in
def comments(request: HttpRequest, pk: int) -> HttpResponse:
    """The text, what was said about its passages, and a form while it waits for a yes."""
    post, person = visible_post(request, pk), person_of(request)
    texts = queries.texts_of(post) if post.state == PostState.SUBMITTED else []
    may = bool(texts) and rights(person).may(Ability.APPROVE_POST, post.unit_id)
    choices = list(dict.fromkeys(passage for text in texts for passage in passages(text)))
    data = request.POST if request.method == "POST" else None
    form = CommentForm(data, passages=choices, initial={"revision": post.revision, "quote": request.GET.get("quote")})
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            services.comment_on(post, form.marked, said["words"], by=person, expected_revision=said["revision"])
        except PublishingRefused as refused:
            form.add_error("quote", str(refused))
        else:
            messages.success(request, _("Your comment stands beside the text."))
            return redirect("publishing:comments", pk=pk)
    context = {"post": post, "texts": texts, "form": form if may else None, "answer": AnswerForm()}
    context["comments"] = queries.comments_of(post)
    return render(request, "publishing/comments.html", context, status=422 if form.errors else 200)


@require_POST
@signed_in
def comment(request: HttpRequest, pk: int, comment_id: int) -> HttpResponse:
    """Answer one, or settle it."""
    post, person = visible_post(request, pk), person_of(request)
    found = get_object_or_404(post.comments.select_related("post"), pk=comment_id)
    try:
        if request.POST.get("act") == "resolve":
            services.resolve_comment(found, by=person)
        else:
            services.answer_comment(found, request.POST.get("words", "").replace("\x00", ""), by=person)
    except PublishingRefused as refused:
        messages.warning(request, str(refused))
    return redirect("publishing:comments", pk=pk)
