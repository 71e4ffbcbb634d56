"""What people send with a verb: names, labels and shapes. What is right is for the actions to say."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.http import QueryDict

from phases.actions.concerns import PRIORITIES
from phases.models.ledger import ConcernKind
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


class RaiseForm(VerbForm):
    kind = forms.ChoiceField(choices=ConcernKind.choices)
    text = _text("What it is about")
    owner = forms.CharField(label="Who answers for it", required=False)
    priority = forms.ChoiceField(
        required=False, choices=[("", "not said"), *((word, word) for word in PRIORITIES)]
    )


class HandOffForm(VerbForm):
    note = _text("Note")


class ReopenForm(VerbForm):
    reason = _text("Why the phase has to change again")


class AnswerForm(VerbForm):
    outcome = forms.CharField(widget=forms.HiddenInput)
    note = _text("How it was answered")


class FireForm(VerbForm):
    reason = _text("What happened")


class WaiveForm(VerbForm):
    code = forms.CharField(widget=forms.HiddenInput, required=False)
    key = forms.CharField(widget=forms.HiddenInput)
    reason = _text("Reason")


class WithdrawForm(VerbForm):
    reason = _text("Why the waiver no longer holds")


class GatesForm(VerbForm):
    """Results of some gates of one suite; `gates` are (key, text) of those that can be chosen."""

    gates = forms.MultipleChoiceField(
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": "Choose at least one.",
            "invalid_choice": "One of these is not in the suite any more. Load the page again.",
        },
    )
    revision = forms.CharField(required=False)
    url = forms.CharField(label="Link", required=False, widget=forms.TextInput(attrs={"inputmode": "url"}))
    note = _text("Note")

    def __init__(self, data: QueryDict, gates: Iterable[tuple[str, str]]) -> None:
        super().__init__(data)
        self.fields["gates"].choices = list(gates)  # type: ignore[attr-defined]


class ReportForm(GatesForm):
    outcome = forms.ChoiceField(
        choices=[("pass", "passed"), ("fail", "failed")],
        widget=forms.RadioSelect,
        error_messages={"required": "Say whether they passed or failed."},
    )
    changed_files = _text("Changed files, one a line; empty if unknown")
    no_files = forms.BooleanField(label="No file changed", required=False)
    branch = forms.CharField(required=False)
    log = _text("Log")

    field_order = (
        "gates",
        "outcome",
        "revision",
        "changed_files",
        "no_files",
        "branch",
        "url",
        "log",
        "note",
    )

    def clean(self) -> dict[str, Any]:
        return _with_files(self, super().clean() or self.cleaned_data)


def _with_files(form: VerbForm, sent: dict[str, Any]) -> dict[str, Any]:
    """`files` are the changed files: None where they are unknown, none where no file changed."""
    named = tuple(line.strip() for line in sent.get("changed_files", "").splitlines() if line.strip())
    if named and sent.get("no_files"):
        form.add_error("no_files", "Files are named, so some did change: leave one of the two.")
    sent["files"] = named if named or sent.get("no_files") else None
    return sent


class FixForm(VerbForm):
    note = _text("What was done about it")
    revision = forms.CharField(label="Revision of the fix", required=False)
    base = forms.CharField(label="Since which revision files changed", required=False)
    changed_files = _text("Changed files, one a line; empty if unknown")
    no_files = forms.BooleanField(label="No file changed", required=False)

    def clean(self) -> dict[str, Any]:
        return _with_files(self, super().clean() or self.cleaned_data)


class AcceptForm(VerbForm):
    owner = forms.CharField(label="Who answers for it", required=False)
    rationale = _text("Why it may stand")
    target = forms.CharField(label="When or where it will be dealt with", required=False)


class AttachForm(VerbForm):
    code = forms.CharField(widget=forms.HiddenInput, required=False)
    path = forms.CharField(widget=forms.HiddenInput)
    content = forms.CharField(
        label="Text of the document",
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": REASON_ROWS}),
    )
    url = forms.CharField(
        label="Or its address", required=False, widget=forms.TextInput(attrs={"inputmode": "url"})
    )


class DocumentForm(AttachForm):
    """The same where the document is named by hand."""

    path = forms.CharField(label="Path of the document", required=False)


class AttestForm(GatesForm):
    """What a person vouches for."""


class RetractForm(VerbForm):
    reason = _text("Why it should not count")


class RetractEvidenceForm(RetractForm):
    """`evidence` is the key of a round or a version, `code` the slice whose page the form stands on."""

    code = forms.CharField(widget=forms.HiddenInput, required=False)
    evidence = forms.CharField(widget=forms.HiddenInput)


class RedactForm(VerbForm):
    reason = _text("Why it is taken away, without repeating it")
    sure = forms.BooleanField(
        label="I know that nobody can bring it back",
        error_messages={"required": "Nobody can bring it back, so say that you know."},
    )
