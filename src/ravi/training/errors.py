"""Why the school says no: each error is a sentence that says what happened and what to do."""


class TrainingRefused(Exception):
    """An act that the rules refuse; its text is for the person who asked."""


class PlanRefused(TrainingRefused):
    """Something in the plan cannot be kept as it is."""


class NotNow(TrainingRefused):
    """The workshop or the registration is not in a state in which this is done."""
