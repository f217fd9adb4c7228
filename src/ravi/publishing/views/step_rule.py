"""Who must say yes: how many people, by topic and unit."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from ravi.accounts.access import needs, person_of
from ravi.accounts.queries import open_units_visible_to
from ravi.accounts.rules import Ability
from ravi.publishing import queries, services
from ravi.publishing.errors import PublishingRefused
from ravi.publishing.forms import StepsForm
from ravi.publishing.models import Post
from ravi.publishing.rules import Topic


@needs(Ability.MANAGE_PEOPLE)
@require_http_methods(["GET", "POST"])
def step_rules(request: HttpRequest) -> HttpResponse:
    """What holds everywhere, what holds in single units, and one form for both."""
    person = person_of(request)
    form = StepsForm(request.POST or None, units=open_units_visible_to(person))
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            services.set_steps(Topic(data["topic"]), data["unit"], form.number, by=person)
        except PublishingRefused as refused:
            messages.warning(request, str(refused))
        else:
            messages.success(request, _("Kept. What waits already keeps what it was sent with."))
        return redirect("publishing:step_rules")
    rules = queries.step_rules(person.institution_id)
    everywhere = {rule.topic: rule.steps for rule in rules if rule.unit_id is None}
    context = {
        "form": form,
        "topics": [(topic, label, everywhere.get(topic, 1)) for topic, label in Post.TopicChoice.choices],
        "rules": [rule for rule in rules if rule.unit_id is not None],
    }
    return render(request, "publishing/step_rules.html", context, status=422 if form.errors else 200)
