"""How long workshops and registrations stay."""

from ravi.core.retention import stays

stays("training_series", "the institution's words; who began it (ids)", "the record of what was taught")
stays("training_workshop", "the institution's words; who planned it (ids)", "the record of what was taught")
stays("training_unitseats", "", "goes with its workshop")
stays("training_session", "", "the record of what was taught, when and where")
stays("training_instructor", "a guest's name and office", "stands in the programme, which is public in the institution")
stays("training_registration", "who was sent by whom (ids)", "shows which units had somebody there")
stays("training_sessionreminder", "", "of which session people were reminded, so that it is told once")
