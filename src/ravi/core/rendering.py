"""How forms look: every widget gets its class, its description and its place by one template per kind."""

from typing import Any

from django import forms
from django.forms.renderers import TemplatesSetting
from django.template.loader import render_to_string

BOXES = (forms.CheckboxInput,)
GROUPS = (forms.RadioSelect, forms.CheckboxSelectMultiple)
WRITTEN = (forms.Textarea, forms.TextInput, forms.EmailInput, forms.URLInput, forms.PasswordInput, forms.NumberInput)
LATIN_INPUTS = (forms.EmailInput, forms.URLInput, forms.PasswordInput, forms.NumberInput)


class FormRenderer(TemplatesSetting):
    """Makes `{{ form }}` and `{{ form.title.as_field_group }}` come out as the face wants them."""

    form_template_name = "core/forms/form.html"
    field_template_name = "core/forms/group.html"


def kind(bound: forms.BoundField) -> str:
    """Which of the few ways to ask: hidden, choice (one box), group (several), parts (a date), file, select, plain."""
    widget = bound.field.widget
    if bound.is_hidden:
        return "hidden"
    if isinstance(widget, BOXES):
        return "choice"
    if isinstance(widget, GROUPS):
        return "group"
    if isinstance(widget, forms.MultiWidget):
        return "parts"
    if isinstance(widget, forms.FileInput):
        return "file"
    return "select" if isinstance(widget, forms.Select) and not widget.allow_multiple_selected else "plain"


def field_html(bound: forms.BoundField, **more: Any) -> str:
    """One field as HTML; `label`, `hint`, `optional` (False hides the word) and `attrs` may be given."""
    way = kind(bound)
    is_marked = not bound.field.required and more.get("optional", True) and way not in {"choice", "group"}
    return render_to_string(
        "core/forms/field.html",
        {
            "field": bound,
            "kind": way,
            "label": more.get("label") or bound.label,
            "hint": more.get("hint") or bound.help_text,
            "is_optional": is_marked,
            "control": "" if way == "group" else control_html(bound, more.get("attrs") or {}, hint=more.get("hint")),
            "described_by": _described_by(bound, more.get("hint")),
        },
    )


def control_html(bound: forms.BoundField, attributes: dict[str, str], hint: str | None = None) -> str:
    """The bare control with class, direction and aria attributes."""
    attrs: dict[str, str | bool] = dict(attributes)
    widget = bound.field.widget
    if not isinstance(widget, (*BOXES, *GROUPS)) and not bound.is_hidden:
        base = "file" if isinstance(widget, forms.FileInput) else "input"
        attrs["class"] = " ".join(filter(None, [base, widget.attrs.get("class", ""), attributes.get("class", "")]))
    is_number = "num" in str(widget.attrs.get("class", "")).split()
    if "dir" not in widget.attrs and not is_number and isinstance(widget, WRITTEN):
        attrs.setdefault("dir", "ltr" if isinstance(widget, LATIN_INPUTS) else "auto")
    if described := _described_by(bound, hint):
        attrs["aria-describedby"] = described
    if bound.errors:
        attrs["aria-invalid"] = "true"
    return str(bound.as_widget(attrs=attrs))


def _described_by(bound: forms.BoundField, hint: str | None) -> str:
    ids = []
    if hint or bound.help_text:
        ids.append(f"{bound.auto_id}_helptext")
    if bound.errors:
        ids.append(f"{bound.auto_id}_error")
    return " ".join(ids)
