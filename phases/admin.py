"""The Django admin, for looking: plan and ledger are written by imports and verbs, never by hand.

People and their roles are kept in Django's own pages for users and groups.
"""

from __future__ import annotations

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest

from .models import (
    Concern,
    Event,
    Import,
    Initiative,
    Membership,
    PacketRevision,
    Phase,
    Slice,
    Token,
    Waiver,
)


class ReadOnlyAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Lists and shows rows; changes none, so that the ledger stays the only way to change anything."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


@admin.register(Initiative)
class InitiativeAdmin(ReadOnlyAdmin):
    list_display = ["slug", "seq", "head", "created_at"]
    search_fields = ["slug"]


@admin.register(Phase)
class PhaseAdmin(ReadOnlyAdmin):
    list_display = ["code", "initiative", "title", "revision", "seq"]
    list_filter = ["initiative"]
    list_select_related = ["initiative", "revision"]


@admin.register(PacketRevision)
class PacketRevisionAdmin(ReadOnlyAdmin):
    list_display = ["phase", "number", "file_name", "imported_by", "imported_at", "sha256"]
    list_select_related = ["phase__initiative"]
    exclude = ["packet"]


@admin.register(Slice)
class SliceAdmin(ReadOnlyAdmin):
    list_display = ["code", "phase", "title", "owner", "kind", "status", "version", "archived"]
    list_filter = ["phase__initiative", "phase__code", "status", "kind", "archived"]
    list_select_related = ["phase__initiative", "owner"]
    search_fields = ["code", "title", "owner__handle"]


@admin.register(Event)
class EventAdmin(ReadOnlyAdmin):
    list_display = ["seq", "at", "actor", "verb", "initiative", "phase", "slice", "target"]
    list_filter = ["initiative", "verb", "actor_kind"]
    list_select_related = ["initiative"]
    search_fields = ["actor", "target", "note"]


@admin.register(Concern)
class ConcernAdmin(ReadOnlyAdmin):
    list_display = ["__str__", "kind", "state", "phase", "slice", "owner", "raised_by", "raised_at"]
    list_filter = ["kind", "state"]
    list_select_related = ["phase__initiative", "slice", "owner"]


@admin.register(Waiver)
class WaiverAdmin(ReadOnlyAdmin):
    list_display = ["key", "phase", "by", "at", "active"]
    list_filter = ["active"]
    list_select_related = ["phase__initiative"]


@admin.register(Membership)
class MembershipAdmin(ReadOnlyAdmin):
    list_display = ["user", "owner"]
    list_select_related = ["user", "owner__initiative"]


@admin.register(Token)
class TokenAdmin(ReadOnlyAdmin):
    list_display = ["name", "prefix", "scopes", "initiative", "expires_at", "last_used_at", "revoked_at"]
    exclude = ["digest"]
    list_select_related = ["initiative"]


@admin.register(Import)
class ImportAdmin(ReadOnlyAdmin):
    list_display = ["id", "at", "by", "source", "initiative"]
    list_filter = ["source"]
