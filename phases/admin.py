"""The Django admin, for looking: plan and ledger are written by imports and verbs, never by hand.

People and their roles are kept here: the groups of a user are the roles.
"""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group, User
from django.db.models import ManyToManyField, Model, QuerySet, URLField
from django.forms import CheckboxSelectMultiple
from django.http import HttpRequest

from .models import (
    ArtifactVersion,
    Concern,
    Disposition,
    Event,
    Finding,
    GateRun,
    Handoff,
    Import,
    Initiative,
    Membership,
    Owner,
    PacketRevision,
    Phase,
    Slice,
    Token,
    Waiver,
)

admin.site.site_title = "Phase tracker"
admin.site.site_header = "Administration"
admin.site.index_title = "Administration"


class ReadOnlyAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Lists and shows rows; changes none, so that the ledger stays the only way to change anything."""

    list_per_page = 50
    formfield_overrides = {URLField: {"assume_scheme": "https"}}

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


@admin.register(Initiative)
class InitiativeAdmin(ReadOnlyAdmin):
    list_display = ["slug", "title", "seq", "head", "created_at"]
    search_fields = ["slug", "title"]


@admin.register(Phase)
class PhaseAdmin(ReadOnlyAdmin):
    list_display = ["code", "initiative", "title", "revision", "seq"]
    list_filter = ["initiative"]
    list_select_related = ["initiative", "revision"]
    search_fields = ["code", "title", "initiative__slug"]


@admin.register(Owner)
class OwnerAdmin(ReadOnlyAdmin):
    list_display = ["handle", "initiative"]
    list_filter = ["initiative"]
    list_select_related = ["initiative"]
    search_fields = ["handle"]


@admin.register(PacketRevision)
class PacketRevisionAdmin(ReadOnlyAdmin):
    list_display = ["phase", "number", "file_name", "imported_by", "imported_at", "sha256"]
    list_filter = ["phase__initiative"]
    list_select_related = ["phase__initiative"]
    search_fields = ["file_name", "imported_by", "sha256"]
    exclude = ["packet"]


@admin.register(Slice)
class SliceAdmin(ReadOnlyAdmin):
    list_display = ["code", "phase", "title", "owner", "kind", "status", "version", "in_packet"]
    list_filter = ["phase__initiative", "phase__code", "status", "kind", "archived"]
    list_select_related = ["phase__initiative", "owner"]
    search_fields = ["code", "title", "owner__handle"]

    @admin.display(description="in the packet", ordering="archived")
    def in_packet(self, item: Slice) -> str:
        return "archived" if item.archived else "yes"


@admin.register(Event)
class EventAdmin(ReadOnlyAdmin):
    list_display = ["seq", "at", "actor", "verb", "initiative", "phase", "slice", "target"]
    list_filter = ["initiative", "actor_kind", "verb"]
    list_select_related = ["initiative"]
    search_fields = ["actor", "target", "note"]


@admin.register(Concern)
class ConcernAdmin(ReadOnlyAdmin):
    list_display = ["__str__", "kind", "state", "phase", "slice", "owner", "raised_by", "raised_at"]
    list_filter = ["phase__initiative", "kind", "state"]
    list_select_related = ["phase__initiative", "slice", "owner"]
    search_fields = ["text", "answer", "owner__handle", "raised_by"]


@admin.register(Waiver)
class WaiverAdmin(ReadOnlyAdmin):
    list_display = ["key", "phase", "by", "at", "still_counts"]
    list_filter = ["phase__initiative", "active"]
    list_select_related = ["phase__initiative"]
    search_fields = ["key", "reason", "by"]

    @admin.display(description="still counts", ordering="active")
    def still_counts(self, waiver: Waiver) -> str:
        return "yes" if waiver.active else "no"


class EvidenceAdmin(ReadOnlyAdmin):
    """What was recorded about a phase: newest first, with what was taken back marked as such."""

    list_select_related = ["phase__initiative"]
    ordering = ["-at", "-pk"]

    @admin.display(description="counts", ordering="retracted")
    def counts(self, item: GateRun | Disposition | ArtifactVersion) -> str:
        return "retracted" if item.retracted else "yes"


@admin.register(GateRun)
class GateRunAdmin(EvidenceAdmin):
    list_display = ["at", "outcome", "phase", "slice", "by", "counts", "gate"]
    list_filter = ["phase__initiative", "outcome", "source"]
    list_select_related = ["phase__initiative", "slice", "gate"]
    search_fields = ["by", "revision", "gate__text", "slice__code"]


@admin.register(Disposition)
class DispositionAdmin(EvidenceAdmin):
    list_display = ["at", "phase", "slice", "number", "verdict", "by", "counts"]
    list_filter = ["phase__initiative", "verdict", "kind"]
    list_select_related = ["phase__initiative", "slice"]
    search_fields = ["summary", "by", "slice__code"]


@admin.register(Finding)
class FindingAdmin(EvidenceAdmin):
    list_display = ["title", "severity", "state", "phase", "about", "by", "at"]
    list_filter = ["phase__initiative", "severity", "state"]
    list_select_related = ["phase__initiative", "about"]
    search_fields = ["title", "detail", "by"]


@admin.register(ArtifactVersion)
class ArtifactVersionAdmin(EvidenceAdmin):
    list_display = ["path", "number", "phase", "by", "source", "at", "counts"]
    list_filter = ["phase__initiative", "source"]
    search_fields = ["path", "by"]


@admin.register(Handoff)
class HandoffAdmin(EvidenceAdmin):
    list_display = ["phase", "number", "by", "at", "reopened"]
    list_filter = ["phase__initiative"]
    search_fields = ["note", "by"]


@admin.register(Membership)
class MembershipAdmin(ReadOnlyAdmin):
    list_display = ["user", "owner", "initiative"]
    list_filter = ["owner__initiative"]
    list_select_related = ["user", "owner__initiative"]
    search_fields = ["user__username", "owner__handle"]

    @admin.display(ordering="owner__initiative__slug")
    def initiative(self, membership: Membership) -> Initiative:
        return membership.owner.initiative


@admin.register(Token)
class TokenAdmin(ReadOnlyAdmin):
    list_display = ["name", "prefix", "scopes", "initiative", "expires_at", "last_used_at", "revoked_at"]
    exclude = ["digest"]
    list_select_related = ["initiative"]
    search_fields = ["name", "prefix", "created_by"]


@admin.register(Import)
class ImportAdmin(ReadOnlyAdmin):
    list_display = ["id", "at", "by", "source", "initiative"]
    list_filter = ["source"]
    search_fields = ["by", "initiative", "files__file_name"]


admin.site.unregister([User, Group])


@admin.register(User)
class PersonAdmin(UserAdmin):  # type: ignore[type-arg]
    """People with what the tracker reads of them; it asks for roles, never for single permissions."""

    list_display = ["username", "roles", "is_active", "is_staff", "last_login"]
    list_filter = ["groups", "is_active", "is_staff"]
    search_fields = ["username"]
    filter_horizontal = ()
    readonly_fields = ["last_login", "date_joined"]
    fieldsets = (
        (None, {"fields": ("username", "password")}),
        ("What they may do", {"fields": ("is_active", "groups", "is_staff", "is_superuser")}),
        ("When", {"fields": ("last_login", "date_joined")}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        return super().get_queryset(request).prefetch_related("groups")

    def formfield_for_manytomany(
        self, db_field: ManyToManyField[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> Any:
        """The roles as boxes to tick."""
        kwargs["widget"] = CheckboxSelectMultiple()
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    @admin.display
    def roles(self, person: User) -> str:
        return ", ".join(sorted(group.name for group in person.groups.all())) or "viewer"
