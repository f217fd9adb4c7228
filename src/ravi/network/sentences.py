"""What is wrong with a text or a fact, in sentences for whoever writes it."""

from collections.abc import Iterable, Sequence

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ravi.network.facts.check import Fault, Problem
from ravi.network.facts.rendering import written

# Code of values.NotAFact -> the sentence beside the fact.
WRONG_FACT: dict[str, str | Promise] = {
    "dose_number": gettext_lazy("Write which dose it is, from 1 to 20."),
    "age_empty": gettext_lazy("Write from which age on, up to which age, or both."),
    "age_range": gettext_lazy("An age lies between 0 and 150."),
    "age_order": gettext_lazy("The first age comes before the second."),
    "age_unit": gettext_lazy("An age is counted in years or in months."),
    "date_order": gettext_lazy("The first day comes before the last."),
    "time_order": gettext_lazy("The first hour comes before the last."),
    "place_empty": gettext_lazy("Write where it is, in one line."),
    "place_form": gettext_lazy("A place has at most 300 characters and none of { } [ ] ( ) * < >."),
    "phone_form": gettext_lazy("A phone has 3 to 15 digits, with + before a country's code."),
    "link_form": gettext_lazy("A link begins with https:// or http:// and has no space or bracket."),
    "count_number": gettext_lazy("Write how many, as a whole number."),
    "count_unit": gettext_lazy("Write of what, in letters: centres, people."),
    "name_empty": gettext_lazy("A fact has a name of letters, at most 40."),
    "name_form": gettext_lazy("A fact's name has no brackets, stars or line breaks."),
    "kind": gettext_lazy("This value does not belong to a fact of this kind."),
}

# Code of template.wrong -> what to do about it.
WRONG_TEMPLATE: dict[str, str | Promise] = {
    "title_empty": gettext_lazy("Write a title."),
    "text_empty": gettext_lazy("Write the text."),
    "text_long": gettext_lazy("A template has at most 4,000 characters, its title 200."),
    "markup": gettext_lazy("A template has plain words: no bold, no quotation, no words that lead elsewhere."),
    "brace": gettext_lazy("A brace stands alone. Braces belong around the name of a blank."),
    "blanks_none": gettext_lazy(
        "Put the name of at least one blank in braces; without blanks it is an ordinary message."
    ),
    "blanks_many": gettext_lazy("A template has at most 12 blanks."),
    "blanks_other": gettext_lazy("Say of every blank in the text what belongs there."),
    "blanks_text": gettext_lazy(
        "Every blank stands in the text itself, also where the title or the shorter text has it."
    ),
    "blank_name": gettext_lazy("A blank has a name of letters, at most 40."),
    "choices_many": gettext_lazy("A blank has at most 60 places or addresses, each of at most 200 characters."),
    "choices_kind": gettext_lazy("Only places and links are chosen from a list."),
    "links_none": gettext_lazy("Write the addresses that may be chosen, one per line."),
    "emergency_topic": gettext_lazy(
        "Only health advice has templates for emergencies; other words are signed as they are."
    ),
    "days": gettext_lazy("A message made from it holds for 1 to 90 days."),
}


def template_sentences(codes: Iterable[str]) -> list[str]:
    """One sentence per code; what is wrong with a value of a list is said as of a fact."""
    known = WRONG_FACT | WRONG_TEMPLATE
    return [str(known[code]) for code in codes]


def sentences(problems: Iterable[Problem], lang: str = "fa") -> list[str]:
    """One sentence per problem, each once."""
    found = list(problems)
    unknown = list(dict.fromkeys(one.quote for one in found if one.fault is Fault.UNKNOWN))
    others = [sentence(one, lang) for one in found if one.fault is not Fault.UNKNOWN]
    return list(dict.fromkeys([*([without_value(unknown)] if unknown else []), *others]))


def without_value(signs: Sequence[str]) -> str:
    """References to no fact, in one sentence."""
    return _("Still without a value: %(signs)s. Give each one under “Facts”, or mend its name.") % {
        "signs": "، ".join(signs)
    }


def sentence(problem: Problem, lang: str = "fa") -> str:
    """What is wrong, with the words that are, and what to do."""
    quote, fact = problem.quote, problem.fact
    if fact is None:
        return _without_fact(problem)
    said = {"quote": quote, "sign": fact.sign, "value": written(fact, lang)}
    if problem.fault is Fault.DROPPED:
        return _("%(sign)s is missing: put it where “%(value)s” belongs.") % said
    if problem.fault is Fault.GLUED:
        return _("Something touches %(sign)s in “%(quote)s”. Put a space or a word between them.") % said
    return _("“%(quote)s” says something else than %(sign)s, which is “%(value)s”. Write %(sign)s there.") % said


def _without_fact(problem: Problem) -> str:
    if problem.fault is Fault.BRACE:
        return _("A brace stands alone in “%(quote)s”. Braces belong around the name of a fact.") % {
            "quote": problem.quote
        }
    return _("A hidden character (%(quote)s) would turn the text around. Delete the line and type it again.") % {
        "quote": problem.quote
    }
