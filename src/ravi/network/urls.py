"""What headquarters asks the network to say, and what units answer."""

from django.urls import path

from ravi.network.views import (
    based_on,
    campaign,
    endorsement,
    fact,
    issue,
    message,
    offer,
    settings,
    shared_yes,
    uptake,
    version,
    weekly,
    withdraw_message,
)

app_name = "network"

urlpatterns = [
    path("", message.messages, name="messages"),
    path("new/", message.new, name="new"),
    path("week/", weekly.week, name="week"),
    path("week.csv", weekly.week_csv, name="week_csv"),
    path("campaigns/", campaign.campaigns, name="campaigns"),
    path("campaigns/new/", campaign.new, name="new_campaign"),
    path("campaigns/<int:campaign_id>/", campaign.campaign, name="campaign"),
    path("campaigns/<int:campaign_id>/edit/", campaign.edit, name="edit_campaign"),
    path("campaigns/<int:campaign_id>/end/", campaign.end, name="end_campaign"),
    path("<int:pk>/", message.message, name="message"),
    path("<int:pk>/words/", version.words, name="words"),
    path("<int:pk>/facts/", fact.facts, name="facts"),
    path("<int:pk>/facts/<int:place>/", fact.fact, name="fact"),
    path("<int:pk>/settings/", settings.settings, name="settings"),
    path("<int:pk>/issue/", issue.issue, name="issue"),
    path("<int:pk>/endorsement/", endorsement.endorsement, name="endorsement"),
    path("<int:pk>/request/", endorsement.request_yes, name="request"),
    path("<int:pk>/versions/", version.versions, name="versions"),
    path("<int:pk>/versions/next/", version.start, name="next_version"),
    path("<int:pk>/end/", message.end, name="end"),
    path("<int:pk>/withdrawal/", withdraw_message.withdrawal, name="withdrawal"),
    path("<int:pk>/uptake/", uptake.uptake, name="uptake"),
    path("<int:pk>/uptake.csv", uptake.uptake_csv, name="uptake_csv"),
    path("yes/<int:version_id>/", shared_yes.shared_yes, name="shared_yes"),
    path("yes/<int:version_id>/undo/", shared_yes.undo, name="undo_shared_yes"),
    path("offers/", offer.offers, name="offers"),
    path("offers/<int:pk>/", offer.offer, name="offer"),
    path("offers/<int:pk>/adapt/", offer.adapt, name="adapt"),
    path("offers/<int:pk>/decline/", offer.decline, name="decline"),
    path("offers/<int:pk>/go-on/", based_on.go_on, name="go_on"),
]
