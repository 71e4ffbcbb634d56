"""The plan: what the packet says must happen.

Rows here follow the current packet revision. The columns that say what has happened to a slice
(`status`, `decision`, `version`, `declared_in`, `branch`, `pull_request`) are a projection of the
ledger; only `phases.actions` writes them, and `verify_ledger` proves them. So are the columns that
keep evidence quick to judge (`reset`, `closed_seq`, `touched`, `fixed`, `disposition`, `unclosed`,
`Gate.latest_run`, `Artifact.latest`).
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from phases.packets.packet import GateKind, SliceKind, Suite, When
from phases.rules.state import Decision, Status


def choices(words: type) -> list[tuple[str, str]]:
    return [(word.value, word.value.replace("_", " ")) for word in words]  # type: ignore[attr-defined]


class Initiative(models.Model):
    """The project that phases belong to; also the head of its ledger."""

    slug = models.SlugField(max_length=100, unique=True)
    title = models.CharField(max_length=200, blank=True)
    seq = models.PositiveIntegerField(default=0, help_text="number of ledger entries")
    head = models.CharField(max_length=64, blank=True, help_text="hash of the last ledger entry")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["slug"]

    def __str__(self) -> str:
        return self.slug

    def get_absolute_url(self) -> str:
        return reverse("initiative", args=[self.slug])


class Phase(models.Model):
    initiative = models.ForeignKey(Initiative, models.PROTECT, related_name="phases")
    code = models.CharField(max_length=32)
    title = models.CharField(max_length=500, blank=True)
    revision = models.ForeignKey(
        "PacketRevision",
        models.PROTECT,
        related_name="+",
        null=True,
        help_text="the packet revision in force",
    )
    seq = models.PositiveIntegerField(default=0, help_text="last ledger entry about this phase")
    about = models.JSONField(default=dict, help_text="what the packet says of the phase as a whole")
    places = models.PositiveIntegerField(default=0, help_text="number of revisions of the code known")
    last_revision = models.CharField(max_length=64, blank=True, help_text="the newest that counts")
    closed = models.JSONField(
        null=True, help_text="ledger entry, slice and verb that last landed, deferred or reopened one"
    )
    handed_off = models.JSONField(
        null=True, help_text="ledger entry, number, person and time of the handoff that froze it"
    )

    class Meta:
        ordering = ["code"]
        constraints = [models.UniqueConstraint(fields=["initiative", "code"], name="one_phase_per_code")]

    def __str__(self) -> str:
        return f"{self.initiative.slug} {self.code}"

    def get_absolute_url(self) -> str:
        return reverse("phase", args=[self.initiative.slug, self.code])


class PacketRevision(models.Model):
    """One accepted import: the text as its authors wrote it and the packet read from it. Immutable."""

    phase = models.ForeignKey(Phase, models.PROTECT, related_name="revisions")
    number = models.PositiveIntegerField()
    file_name = models.CharField(max_length=255, blank=True)
    text = models.TextField()
    sha256 = models.CharField(max_length=64, help_text="of the bytes as received")
    # Text, not JSONField: it is read and written whole, and a large packet is much smaller so.
    packet = models.TextField(help_text="the Packet as JSON, as its JSON Schema describes")
    imported_by = models.CharField(max_length=150)
    imported_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["phase", "-number"]
        constraints = [models.UniqueConstraint(fields=["phase", "number"], name="one_revision_per_number")]

    def __str__(self) -> str:
        return f"packet revision {self.number}"


class Owner(models.Model):
    """An accountable handle of an initiative; people are its members."""

    initiative = models.ForeignKey(Initiative, models.PROTECT, related_name="owners")
    handle = models.CharField(max_length=150)

    class Meta:
        ordering = ["handle"]
        constraints = [models.UniqueConstraint(fields=["initiative", "handle"], name="one_owner_per_handle")]

    def __str__(self) -> str:
        return self.handle

    def get_absolute_url(self) -> str:
        return reverse("owner", args=[self.initiative.slug, self.handle])


class PhaseOwner(models.Model):
    """What one packet's `owners` map says of an owner: role key, backup, decision SLA, scope."""

    phase = models.ForeignKey(Phase, models.CASCADE, related_name="phase_owners")
    owner = models.ForeignKey(Owner, models.PROTECT, related_name="roles")
    role = models.CharField(max_length=150)
    backup = models.CharField(max_length=150, blank=True)
    decision_sla = models.JSONField(default=dict)
    scope = models.JSONField(default=list)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["phase", "role"], name="one_owner_per_role")]

    def __str__(self) -> str:
        return self.role


class Slice(models.Model):
    phase = models.ForeignKey(Phase, models.PROTECT, related_name="slices")
    code = models.CharField(max_length=32)
    position = models.PositiveIntegerField()
    title = models.CharField(max_length=500)
    kind = models.CharField(max_length=16, choices=choices(SliceKind))
    kind_inferred = models.BooleanField(default=True)
    kind_corrected = models.BooleanField(
        default=False, help_text="an admin set the kind, whatever was inferred"
    )
    owner = models.ForeignKey(Owner, models.PROTECT, related_name="slices")
    role = models.CharField(max_length=150, blank=True)
    backup = models.ForeignKey(Owner, models.PROTECT, related_name="backs", null=True, blank=True)
    objective = models.TextField(blank=True)
    files = models.JSONField(default=list)
    touched_paths = models.JSONField(default=list)
    deliverables = models.JSONField(default=list)
    trigger_criteria = models.JSONField(default=list)
    failure_triggers = models.JSONField(default=list)
    as_written = models.JSONField(default=dict)
    line = models.PositiveIntegerField(default=0)
    archived = models.BooleanField(default=False)

    status = models.CharField(max_length=16, choices=choices(Status), default=Status.PLANNED)
    decision = models.CharField(
        max_length=16, choices=choices(Decision), default=Decision.UNDECIDED, blank=True
    )
    version = models.PositiveIntegerField(default=0, help_text="counts status and block changes")
    declared_in = models.PositiveIntegerField(default=0, help_text="packet revision that declared it landed")
    branch = models.CharField(max_length=250, blank=True)
    pull_request = models.URLField(max_length=500, blank=True)
    reset = models.CharField(max_length=16, blank=True, help_text="the verb that last set its work back")
    reset_seq = models.PositiveIntegerField(default=0, help_text="the ledger entry of that")
    reset_note = models.TextField(blank=True, help_text="the reason that was given for it")
    since = models.DateTimeField(null=True, blank=True, help_text="when it came to its status")
    opened = models.DateTimeField(null=True, blank=True, help_text="when it was started or reopened")
    closed_seq = models.PositiveIntegerField(
        default=0, help_text="the last ledger entry that landed, deferred or reopened it"
    )
    touched = models.JSONField(null=True, help_text="place, revision and path that last touched its files")
    fixed = models.JSONField(null=True, help_text="place, revision and finding of its last recorded fix")
    disposition = models.ForeignKey(
        "Disposition",
        models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        help_text="the one that counts",
    )
    unclosed = models.PositiveIntegerField(default=0, help_text="findings of its reviews that are not closed")

    class Meta:
        ordering = ["phase", "position"]
        constraints = [
            models.UniqueConstraint(fields=["phase", "code"], name="one_slice_per_code"),
            models.CheckConstraint(condition=Q(status__in=list(Status)), name="slice_status_is_known"),
            models.CheckConstraint(condition=Q(decision__in=list(Decision)), name="slice_decision_is_known"),
        ]

    def __str__(self) -> str:
        return self.code

    def get_absolute_url(self) -> str:
        return reverse("slice", args=[self.phase.initiative.slug, self.phase.code, self.code])


class Dependency(models.Model):
    slice = models.ForeignKey(Slice, models.CASCADE, related_name="needs")
    needed = models.ForeignKey(Slice, models.CASCADE, related_name="needed_by")
    if_triggered = models.BooleanField(default=False)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["slice", "needed"], name="one_dependency_per_pair"),
            models.CheckConstraint(condition=~Q(slice=F("needed")), name="no_slice_needs_itself"),
        ]

    def __str__(self) -> str:
        return f"{self.slice_id} needs {self.needed_id}"


class Gate(models.Model):
    """One check that must pass; its identity is slice + suite + text. Without slice: phase exit."""

    phase = models.ForeignKey(Phase, models.PROTECT, related_name="gates")
    slice = models.ForeignKey(Slice, models.PROTECT, related_name="gates", null=True, blank=True)
    suite = models.CharField(max_length=20, choices=choices(Suite))
    text = models.TextField()
    digest = models.CharField(max_length=64, help_text="SHA-256 of the text")
    kind = models.CharField(max_length=16, choices=choices(GateKind))
    before = models.JSONField(default=list, help_text="codes of the slices it holds up")
    position = models.PositiveIntegerField()
    line = models.PositiveIntegerField(default=0)
    archived = models.BooleanField(default=False)
    replaces = models.ForeignKey("self", models.PROTECT, related_name="+", null=True, blank=True)
    latest_run = models.ForeignKey(
        "GateRun", models.PROTECT, related_name="+", null=True, blank=True, help_text="the one that counts"
    )

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["slice", "suite", "digest"], name="one_gate_per_text"),
            models.UniqueConstraint(
                fields=["phase", "suite", "digest"],
                condition=Q(slice=None),
                name="one_exit_gate_per_text",
            ),
        ]

    def __str__(self) -> str:
        return self.text


class Artifact(models.Model):
    """A closure document that must exist, by its path in the initiative's repository."""

    slice = models.ForeignKey(Slice, models.PROTECT, related_name="artifacts")
    path = models.CharField(max_length=500)
    when = models.CharField(max_length=16, choices=choices(When), default=When.ALWAYS)
    inferred = models.BooleanField(default=False)
    produced = models.BooleanField(default=False, help_text="the slice lists it among its own files")
    line = models.PositiveIntegerField(default=0)
    archived = models.BooleanField(default=False)
    latest = models.ForeignKey(
        "ArtifactVersion",
        models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        help_text="the version that counts",
    )

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["slice", "path"], name="one_artifact_per_path")]

    def __str__(self) -> str:
        return self.path
