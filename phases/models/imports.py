"""Imports as people see them: what was uploaded, what was found in it, what became of it."""

from __future__ import annotations

from django.db import models
from django.urls import reverse

from .plan import PacketRevision


class Outcome(models.TextChoices):
    PENDING = "pending", "waiting to be applied"
    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    REJECTED = "rejected"
    DISCARDED = "discarded"


class Import(models.Model):
    """One upload of one or several files, or one run of the command or the API."""

    by = models.CharField(max_length=150)
    at = models.DateTimeField(auto_now_add=True)
    source = models.CharField(
        max_length=10, choices=[("browser", "browser"), ("command", "command"), ("api", "API")]
    )
    initiative = models.CharField(
        max_length=100, blank=True, help_text="the slug that was chosen, if one was"
    )

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"import {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("import", args=[self.pk])


class ImportFile(models.Model):
    """One file of an import with the raw text and the problems found in it."""

    batch = models.ForeignKey(Import, models.CASCADE, related_name="files")
    file_name = models.CharField(max_length=255)
    text = models.TextField()
    sha256 = models.CharField(max_length=64)
    initiative = models.CharField(max_length=100, blank=True)
    phase = models.CharField(max_length=32, blank=True)
    outcome = models.CharField(max_length=10, choices=Outcome, default=Outcome.PENDING)
    problems = models.JSONField(default=list)
    changes = models.JSONField(default=dict)
    base = models.PositiveIntegerField(default=0, help_text="packet revision the preview compared with")
    revision = models.ForeignKey(PacketRevision, models.PROTECT, related_name="files", null=True, blank=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.file_name
