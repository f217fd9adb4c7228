"""Who is away, until when, and who is told in their place."""

from ravi.accounts.absence.services import (
    absence_of,
    absences_at,
    claim_untold,
    end_absence,
    note_absence,
    possible_stand_ins,
)

__all__ = ["absence_of", "absences_at", "claim_untold", "end_absence", "note_absence", "possible_stand_ins"]
