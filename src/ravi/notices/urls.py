from django.urls import URLPattern, URLResolver, path

from ravi.notices.views import inbox, reach

app_name = "notices"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", inbox.notice_list, name="list"),
    path("reach/", reach.reach, name="reach"),
    path("reach/address/", reach.address, name="address"),
    path("reach/<int:address_id>/code/", reach.code, name="code"),
    path("reach/<int:address_id>/quiet-hours/", reach.quiet_hours, name="quiet_hours"),
    path("reach/<int:address_id>/end/", reach.end, name="end"),
]
