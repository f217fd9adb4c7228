"""The table of contents of Ravi's pages: each line leads to one room."""

from django.urls import include, path

from ravi.core.health import health, live
from ravi.core.metrics import metrics
from ravi.public.short_link import opened, picture

urlpatterns = [
    path("", include("ravi.desk.urls")),
    path("", include("ravi.accounts.urls")),
    path("notices/", include("ravi.notices.urls")),
    path("channels/", include("ravi.directory.urls")),
    path("deliveries/", include("ravi.delivery.urls")),
    path("library/", include("ravi.library.urls")),
    path("posts/", include("ravi.publishing.urls")),
    path("posts/", include("ravi.network.template_urls")),
    path("network/", include("ravi.network.urls")),
    path("workshops/", include("ravi.training.urls")),
    path("p/", include("ravi.public.urls")),
    path("m/<slug:code>", opened, name="short_link"),
    path("m/<slug:code>.<slug:ending>", picture, name="short_link_picture"),
    path("api/", include("ravi.api.urls")),
    path("", include("ravi.core.urls")),
    path("metrics", metrics, name="metrics"),
    path("health/", health, name="health"),
    path("health/live/", live, name="live"),
]

handler400 = "ravi.core.failures.bad_request"
handler403 = "ravi.core.failures.forbidden"
handler404 = "ravi.core.failures.not_found"
handler500 = "ravi.core.failures.server_error"
