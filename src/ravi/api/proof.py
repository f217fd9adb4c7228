"""What a key alone does not prove: that its person is there, and which version they saw."""

from django.utils.translation import gettext as _

from ravi.accounts.second_factor import CodeRefused, WrongCode, prove_code
from ravi.api.door import ApiRequest
from ravi.api.problems import Problem
from ravi.api.rules import names_version


def prove(request: ApiRequest) -> None:
    """By the code that the person's app shows now. A key stands in some file; whoever holds the file is not yet its person."""
    if request.person.institution.is_demo:
        return
    code = request.headers.get("Ravi-Code", "").strip()
    if not code:
        said = _("A yes asks for the code that your app shows now: Ravi-Code: 123456")
        raise Problem(403, "code_missing", said)
    try:
        prove_code(request.person, code)
    except CodeRefused as refused:
        request.wrong_code = isinstance(refused, WrongCode)
        raise Problem(403, "code", str(refused)) from refused


def require_seen(request: ApiRequest, version: str, otherwise: str) -> None:
    """That the program saw this very version, by If-Match. Raises Problem: 428 for none, 412 with `otherwise` for another."""
    given = request.headers.get("If-Match", "")
    if not given:
        raise Problem(428, "version_missing", _("Read it first, then send its ETag back as If-Match."))
    if not names_version(given, version):
        raise Problem(412, "edited_meanwhile", otherwise, headers={"ETag": version})
