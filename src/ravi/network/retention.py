"""How long campaigns, messages and answers stay."""

from ravi.core.retention import stays

stays("network_campaign", "the institution's words", "the record of what was asked of the network and why")
stays("network_message", "the institution's words", "the record of what was asked of the network and why")
stays("network_target", "", "goes with its message")
stays("network_writer", "who wrote (ids)", "whoever wrote may not endorse")
stays("network_version", "the institution's words; who reviewed a source", "shows what every unit was offered")
stays("network_fact", "", "goes with its version")
stays("network_endorsement", "who said yes (ids)", "the expert's yes itself")
stays("network_translation", "the institution's words", "goes with its version")
stays("network_offer", "", "which unit was offered what, and when it answered")
stays("network_reminder", "", "of which deadline a unit was reminded, so that it is told once")
stays("network_adoption", "who answered (ids), why (a sentence)", "says on which version a unit's words are based")
stays("network_correction", "who asked for it (ids)", "shows that a version was carried to every copy, and when")
stays(
    "network_correctedanswer",
    "a unit's own words, as they were published",
    "says which version a unit's copies say",
)
stays("network_autoadoption", "who said it (ids)", "the answer itself, given beforehand")
stays(
    "network_afterreview", "who looked (ids), what is wrong (a sentence)", "shows that emergency words were looked at"
)
stays("network_afterreviewtold", "", "of which hour an expert was reminded, so that it is told once")
stays("network_template", "who made it (ids)", "from what messages were made")
stays("network_templateversion", "the institution's words; who wrote (ids)", "whoever wrote may not sign")
stays("network_standingrule", "who signed (ids)", "the approval itself, given beforehand")
stays("network_filling", "who filled it in (ids)", "goes with its message")
stays("network_shortlink", "", "stands on posters and in posts that stay: the address leads on for ever")
stays("network_shortlinkday", "", "how often an address was opened on a day, by nobody in particular")
stays("network_translationyes", "who said yes (ids)", "the expert's yes itself")
stays("network_review", "who looked again (ids)", "shows that health words were looked at again, and when")
stays("network_sharedyes", "who said it (ids)", "the approval itself, said once to many units")
stays("network_sharedyespart", "", "to which posts that yes was said, and why one stayed")
