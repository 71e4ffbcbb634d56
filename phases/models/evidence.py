"""Evidence: what was reported of gates, for which revision of the code, with which log.

Rows here are only ever added. `GateRun.retracted` and what a redaction takes away are the two
exceptions, and each has its ledger entry.
"""

from __future__ import annotations

from django.db import models

from phases.rules.state import Outcome, Source

from .plan import Gate, Initiative, Phase, Slice, choices


class Revision(models.Model):
    """A commit of the code under work; its place is the order of its first mention in the phase, from 1."""

    phase = models.ForeignKey(Phase, models.PROTECT, related_name="code_revisions")
    sha = models.CharField(max_length=64)
    place = models.PositiveIntegerField()
    seq = models.PositiveIntegerField(help_text="ledger entry of its first mention")
    files = models.JSONField(default=list, help_text="changed files, added up over all mentions, sorted")
    reported_for = models.JSONField(default=list, help_text="codes of the slices it was reported for")
    unknown_for = models.JSONField(
        default=list, help_text="those of them that it was reported for without its changed files"
    )
    fixes = models.JSONField(default=dict, help_text="finding that it fixes, by code of the slice")
    touches = models.JSONField(default=list, help_text="codes of the slices that it touches, as declared now")
    withdrawn = models.BooleanField(
        default=False, help_text="everything reported for it was retracted: it stops counting"
    )

    class Meta:
        ordering = ["place"]
        constraints = [
            models.UniqueConstraint(fields=["phase", "sha"], name="one_revision_per_sha"),
            models.UniqueConstraint(fields=["phase", "place"], name="one_revision_per_place"),
        ]

    def __str__(self) -> str:
        return self.sha


class Log(models.Model):
    """What a run printed, stored once however many runs share it."""

    digest = models.CharField(max_length=64, unique=True, help_text="SHA-256 of the text as it was kept")
    text = models.TextField(blank=True)
    size = models.PositiveIntegerField(help_text="bytes of UTF-8 as they were kept")
    redacted = models.BooleanField(default=False)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.digest[:8]


class IdempotencyKey(models.Model):
    """The key that a report came with: the same key from the same actor answers the same runs."""

    initiative = models.ForeignKey(Initiative, models.PROTECT, related_name="+")
    actor_kind = models.CharField(max_length=10)
    actor = models.CharField(max_length=150)
    key = models.CharField(max_length=200)
    body = models.CharField(max_length=64, help_text="SHA-256 of what was asked, and of which phase")
    skipped = models.JSONField(default=list)
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["initiative", "actor_kind", "actor", "key"], name="one_use_of_a_key"
            )
        ]

    def __str__(self) -> str:
        return self.key


class GateRun(models.Model):
    """One result of one gate: who reported it, for which revision, and what it printed."""

    phase = models.ForeignKey(Phase, models.PROTECT, related_name="runs")
    slice = models.ForeignKey(Slice, models.PROTECT, related_name="runs", null=True, blank=True)
    gate = models.ForeignKey(Gate, models.PROTECT, related_name="runs")
    seq = models.PositiveIntegerField(help_text="its ledger entry")
    at = models.DateTimeField()
    by = models.CharField(max_length=150)
    source = models.CharField(max_length=10, choices=choices(Source))
    outcome = models.CharField(max_length=4, choices=choices(Outcome))
    revision = models.CharField(max_length=64, blank=True)
    place = models.PositiveIntegerField(default=0, help_text="of its revision; 0 if there was none")
    late = models.BooleanField(default=False, help_text="a newer revision was known when it was reported")
    branch = models.CharField(max_length=250, blank=True)
    base = models.CharField(max_length=64, blank=True)
    files = models.JSONField(null=True, help_text="changed files as reported; null if they were not")
    duration_ms = models.PositiveBigIntegerField(null=True, blank=True)
    url = models.CharField(max_length=500, blank=True)
    note = models.TextField(blank=True)
    log = models.ForeignKey(Log, models.PROTECT, related_name="runs", null=True, blank=True)
    idempotency = models.ForeignKey(
        IdempotencyKey, models.PROTECT, related_name="runs", null=True, blank=True
    )
    retracted = models.PositiveIntegerField(default=0, help_text="the ledger entry that retracted it, or 0")
    redacted = models.BooleanField(default=False)

    class Meta:
        ordering = ["-seq"]
        indexes = [
            models.Index(fields=["gate", "retracted", "-place", "-seq"], name="latest_run_of_gate"),
            models.Index(fields=["phase", "-seq"], name="runs_of_phase"),
            models.Index(fields=["slice", "-seq"], name="runs_of_slice"),
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def key(self) -> str:
        return f"run:{self.pk}"
