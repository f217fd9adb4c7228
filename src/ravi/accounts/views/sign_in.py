"""Signing in; where no institution stands yet, what to do instead."""

from allauth.account import views as account
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render

from ravi.accounts.queries import is_empty


def sign_in(request: HttpRequest) -> HttpResponseBase:
    """allauth's own page, unless nobody can sign in yet."""
    if request.method == "GET" and is_empty():
        return render(request, "accounts/nobody_yet.html")
    answer: HttpResponseBase = account.login(request)
    return answer
