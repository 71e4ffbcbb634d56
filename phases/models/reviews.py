"""Verdicts of people: dispositions with their findings, the versions of artifacts, and unsent drafts.

Dispositions and versions are only ever added. `retracted`, `voided` and what a redaction takes away
are the exceptions, and each has its ledger entry. The state of a finding is a projection.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from phases.packets.packet import SliceKind
from phases.rules.state import FindingStatus, Severity, Source, Verdict

from .plan import Phase, Slice, choices


class Disposition(models.Model):
    """A recorded verdict: a round of a review, a decision on a conditional slice, a readiness posture."""

    phase = models.ForeignKey(Phase, models.PROTECT, related_name="dispositions")
    slice = models.ForeignKey(Slice, models.PROTECT, related_name="dispositions")
    kind = models.CharField(max_length=16, choices=choices(SliceKind), help_text="of the slice at that time")
    number = models.PositiveIntegerField(help_text="counts the dispositions of the slice, from 1")
    verdict = models.CharField(max_length=24, choices=choices(Verdict))
    summary = models.TextField()
    reason = models.TextField(blank=True, help_text="for deciding otherwise than the criteria say")
    revision = models.CharField(max_length=64, blank=True, help_text="of the code that was looked at")
    place = models.PositiveIntegerField(default=0, help_text="of that revision; 0 if none was known")
    scope = models.JSONField(default=list, help_text="codes of the slices that were looked at")
    reviewed = models.JSONField(
        default=dict, help_text="by code the place up to which this and earlier rounds approve a slice"
    )
    links = models.JSONField(default=list, help_text="web addresses of evidence")
    criteria = models.JSONField(
        default=list, help_text="of each answered criterion: criterion, text, triggered, source, evidence"
    )
    watchpoints = models.JSONField(default=list, help_text="what would make one think again")
    rechecked = models.JSONField(
        default=list, help_text="of each earlier finding looked at again: finding, was, outcome, note"
    )
    by = models.CharField(max_length=150)
    at = models.DateTimeField()
    seq = models.PositiveIntegerField(help_text="its ledger entry")
    retracted = models.PositiveIntegerField(default=0, help_text="the ledger entry that retracted it, or 0")
    voided = models.PositiveIntegerField(
        default=0, help_text="the ledger entry of the reopening that voided it, or 0"
    )
    document = models.CharField(
        max_length=40, blank=True, help_text="key of the version that it was read from, if it was"
    )
    redacted = models.BooleanField(default=False)

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["slice", "number"], name="one_disposition_per_number"),
            models.CheckConstraint(condition=Q(verdict__in=list(Verdict)), name="verdict_is_known"),
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def key(self) -> str:
        return f"verdict:{self.pk}"


class Finding(models.Model):
    """What a review found; it keeps its identity through all rounds."""

    phase = models.ForeignKey(Phase, models.PROTECT, related_name="findings")
    slice = models.ForeignKey(Slice, models.PROTECT, related_name="findings", help_text="the reviewing one")
    disposition = models.ForeignKey(
        Disposition, models.PROTECT, related_name="findings", help_text="the round that found it"
    )
    about = models.ForeignKey(
        Slice, models.PROTECT, related_name="+", null=True, blank=True, help_text="the slice affected"
    )
    severity = models.CharField(max_length=10, choices=choices(Severity))
    title = models.CharField(max_length=500)
    detail = models.TextField(blank=True)
    anchor = models.CharField(max_length=600, blank=True, help_text="file:line")
    by = models.CharField(max_length=150)
    at = models.DateTimeField()
    seq = models.PositiveIntegerField(help_text="its ledger entry")

    state = models.CharField(max_length=10, choices=choices(FindingStatus), default=FindingStatus.OPEN)
    changed_at = models.DateTimeField(help_text="when it came to its state")
    fix_revision = models.CharField(max_length=64, blank=True)
    fix_note = models.TextField(blank=True)
    fixed_by = models.CharField(max_length=150, blank=True)
    owner = models.CharField(max_length=150, blank=True, help_text="handle that answers for it as accepted")
    rationale = models.TextField(blank=True)
    target = models.CharField(max_length=500, blank=True, help_text="when or where it will be dealt with")
    accepted_by = models.CharField(max_length=150, blank=True)
    redacted = models.BooleanField(default=False)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=Q(severity__in=list(Severity)), name="severity_is_known"),
            models.CheckConstraint(condition=Q(state__in=list(FindingStatus)), name="finding_state_is_known"),
        ]
        indexes = [models.Index(fields=["phase", "slice"], name="findings_of_phase")]

    def __str__(self) -> str:
        return self.key

    @property
    def key(self) -> str:
        return f"finding:{self.pk}"


class ArtifactVersion(models.Model):
    """One version of a closure document: its text, or the address where it can be read."""

    phase = models.ForeignKey(Phase, models.PROTECT, related_name="versions")
    path = models.CharField(max_length=500)
    number = models.PositiveIntegerField(help_text="counts the versions of the path, from 1")
    content = models.TextField(blank=True)
    url = models.CharField(max_length=500, blank=True)
    sha256 = models.CharField(max_length=64, blank=True, help_text="of the content in UTF-8; none of a link")
    size = models.PositiveIntegerField(default=0, help_text="bytes of the content in UTF-8")
    by = models.CharField(max_length=150)
    source = models.CharField(max_length=10, choices=choices(Source))
    folder = models.CharField(max_length=255, blank=True, help_text="name of the folder it was read from")
    at = models.DateTimeField()
    seq = models.PositiveIntegerField(help_text="its ledger entry")
    retracted = models.PositiveIntegerField(default=0, help_text="the ledger entry that retracted it, or 0")
    redacted = models.BooleanField(default=False)

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["phase", "path", "number"], name="one_version_per_number")
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def key(self) -> str:
        return f"version:{self.pk}"


class Draft(models.Model):
    """A disposition that somebody is writing; nobody else sees it, and the ledger does not know it."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="drafts")
    slice = models.ForeignKey(Slice, models.CASCADE, related_name="drafts")
    data = models.JSONField(default=dict, help_text="the fields of the form, each with its list of values")
    saved_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["-saved_at"]
        constraints = [models.UniqueConstraint(fields=["user", "slice"], name="one_draft_per_slice")]

    def __str__(self) -> str:
        return f"draft of {self.user} on {self.slice}"
