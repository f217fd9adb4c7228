"""The only writer of what the door remembers."""

from datetime import timedelta

from django.db import connection
from django.http import HttpResponse

from ravi.accounts.models import AccessToken
from ravi.api.models import Answer
from ravi.api.rules import ANSWER_KEPT_H
from ravi.core import clock

KEPT_HEADERS = ("Content-Type", "Content-Language", "ETag", "Location")


def take_name(token: AccessToken, name: str, fingerprint: str) -> Answer | None:
    """The answer that a request of this name got before; None: the name is this request's from now.

    Of two at once the second waits here until the first has ended: then it finds its answer, or takes the name if the
    first came to nothing.
    """
    Answer.objects.filter(token=token, name=name, at__lte=clock.now() - timedelta(hours=ANSWER_KEPT_H)).delete()
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into api_answer (institution_id, token_id, name, fingerprint, status, headers, body, at)"
            " values (%s, %s, %s, %s, 0, '{}', '', %s) on conflict (token_id, name) do nothing",
            [token.institution_id, token.pk, name, fingerprint, clock.now()],
        )
        if cursor.rowcount == 1:
            return None
    return Answer.objects.get(token=token, name=name)


def keep_answer(token: AccessToken, name: str, response: HttpResponse) -> None:
    """What the request under this name was answered."""
    headers = {header: response.headers[header] for header in KEPT_HEADERS if header in response.headers}
    kept = Answer.objects.filter(token=token, name=name)
    kept.update(status=response.status_code, headers=headers, body=response.content.decode())


def answered_before(answer: Answer) -> HttpResponse:
    """The same answer once more."""
    response = HttpResponse(answer.body.encode(), status=answer.status)
    for header, value in answer.headers.items():
        response.headers[header] = value
    response.headers["Idempotency-Replayed"] = "true"
    return response
