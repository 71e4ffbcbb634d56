"""What people send with a verb: names, labels and shapes. What is right is for the actions to say."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import QueryDict

from phases.actions.concerns import PRIORITIES
from phases.packets.packet import SliceKind

REASON_ROWS = 3


class VerbForm(forms.Form):
    """The fields of one verb; `came_from` names the page that it was sent from, and is answered with."""

    came_from = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: QueryDict) -> None:
        super().__init__(data, auto_id="answer-%s", label_suffix="")
        self.sent = data


def _text(label: str, **options: Any) -> forms.CharField:
    return forms.CharField(
        label=label, required=False, widget=forms.Textarea(attrs={"rows": REASON_ROWS}), **options
    )


class MoveForm(VerbForm):
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    note = _text("Reason or note")


class LinksForm(VerbForm):
    branch = forms.CharField(required=False)
    pull_request = forms.CharField(
        label="Pull request", required=False, widget=forms.TextInput(attrs={"inputmode": "url"})
    )


class KindForm(VerbForm):
    kind = forms.ChoiceField(choices=[(kind.value, kind.value) for kind in SliceKind])
    note = _text("Why the inferred kind is wrong")


class BlockForm(VerbForm):
    text = _text("What blocks it")
    priority = forms.ChoiceField(
        required=False, choices=[("", "not said"), *((word, word) for word in PRIORITIES)]
    )


class AnswerForm(VerbForm):
    outcome = forms.CharField(widget=forms.HiddenInput)
    note = _text("How it was resolved")


class WaiveForm(VerbForm):
    code = forms.CharField(widget=forms.HiddenInput, required=False)
    key = forms.CharField(widget=forms.HiddenInput)
    reason = _text("Reason")


class WithdrawForm(VerbForm):
    reason = _text("Why the waiver no longer holds")
