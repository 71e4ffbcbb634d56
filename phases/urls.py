"""URLs of the application. Every view is marked with who may call it; see `views/base.py`."""

from django.urls import URLPattern, URLResolver, path

from phases.rules.transitions import VERBS

from .views import (
    accounts,
    activity,
    artifacts,
    badge,
    concerns,
    disposition,
    documents,
    find,
    findings,
    gates,
    handoff,
    handoff_documents,
    imports,
    inbox,
    initiative,
    keys,
    overview,
    owner,
    phase,
    readiness,
    reviews,
    run,
    slice,
    style,
    tokens,
)

PHASE = "initiatives/<slug:slug>/phases/<str:phase>/"
SLICE = f"{PHASE}slices/<str:code>/"


def _move(verb: str) -> URLPattern:
    name = verb.replace("_", "-")
    return path(f"{SLICE}{name}/", slice.move, {"verb": verb}, name=f"slice-{name}")


pages: list[URLPattern | URLResolver] = [
    path("", overview.overview, name="overview"),
    path("inbox/", inbox.show, name="inbox"),
    path("inbox/first/", inbox.first, name="inbox-first"),
    path("inbox/count/", inbox.counts, name="inbox-count"),
    path("reviews/", reviews.show, name="reviews"),
    path("find/", find.show, name="find"),
    path("keys/", keys.show, name="keys"),
    path("initiatives/<slug:slug>/", initiative.show, name="initiative"),
    path("initiatives/<slug:slug>/owners/<path:handle>/", owner.show, name="owner"),
    path("initiatives/<slug:slug>/concerns/<int:pk>/answer/", concerns.answer, name="concern-answer"),
    path("initiatives/<slug:slug>/concerns/<int:pk>/fire/", concerns.fire, name="concern-fire"),
    path("initiatives/<slug:slug>/findings/<int:pk>/fix/", findings.fix, name="finding-fix"),
    path("initiatives/<slug:slug>/findings/<int:pk>/accept/", findings.accept, name="finding-accept"),
    path("initiatives/<slug:slug>/waivers/<int:pk>/withdraw/", slice.withdraw, name="waiver-withdraw"),
    path(PHASE, phase.show, name="phase"),
    path(f"{PHASE}waive/", slice.waive_leaf, name="phase-waive"),
    path(SLICE, slice.show, name="slice"),
    *(_move(verb) for verb in VERBS),
    path(f"{SLICE}links/", slice.links, name="slice-links"),
    path(f"{SLICE}kind/", slice.kind, name="slice-kind"),
    path(f"{SLICE}concerns/raise/", concerns.raise_one, name="concern-raise"),
    path(f"{PHASE}concerns/raise/", concerns.raise_one, name="phase-concern-raise"),
]

RUN = f"{PHASE}runs/<int:pk>/"
OF_SLICE, OF_PHASE = f"{SLICE}gates/<str:suite>/", f"{PHASE}gates/<str:suite>/"

evidence: list[URLPattern | URLResolver] = [
    path(OF_SLICE, gates.show, name="suite"),
    path(OF_PHASE, gates.show, name="phase-suite"),
    path(f"{OF_SLICE}report/", gates.report, name="gates-report"),
    path(f"{OF_PHASE}report/", gates.report, name="phase-gates-report"),
    path(f"{OF_SLICE}attest/", gates.attest, name="gates-attest"),
    path(f"{OF_PHASE}attest/", gates.attest, name="phase-gates-attest"),
    path(RUN, run.show, name="run"),
    path(f"{RUN}log/", run.log, name="run-log"),
    path(f"{PHASE}documents/", documents.show, name="documents"),
    path(f"{PHASE}artifacts/attach/", artifacts.attach, name="artifact-attach"),
    path(f"{PHASE}artifacts/<int:pk>/", artifacts.version, name="artifact-version"),
    path(f"{PHASE}retract/", artifacts.retract, name="evidence-retract"),
    path(f"{RUN}retract/", run.retract_run, name="run-retract"),
    path(f"{RUN}redact/", run.redact_run, name="run-redact"),
]

OF_DISPOSITION = f"{SLICE}disposition/"

dispositions: list[URLPattern | URLResolver] = [
    path(OF_DISPOSITION, disposition.show, name="disposition"),
    path(f"{OF_DISPOSITION}record/", disposition.record, name="disposition-record"),
    path(f"{OF_DISPOSITION}draft/", disposition.draft, name="disposition-draft"),
    path(f"{OF_DISPOSITION}drop/", disposition.drop, name="disposition-drop"),
]

answers: list[URLPattern | URLResolver] = [
    path(f"{PHASE}readiness/", readiness.show, name="readiness"),
    path(f"{PHASE}readiness/badge.svg", badge.badge, name="readiness-badge"),
]

HANDOFF = f"{PHASE}handoff/"

handoffs: list[URLPattern | URLResolver] = [
    path(HANDOFF, handoff.hand_over, name="handoff"),
    path(f"{HANDOFF}reopen/", handoff.reopen, name="handoff-reopen"),
    path(f"{HANDOFF}documents/", handoff_documents.documents, name="handoff-documents"),
    path(f"{HANDOFF}documents/<str:name>/", handoff_documents.document, name="handoff-document"),
    path(f"{HANDOFF}<int:number>/documents/", handoff_documents.documents, name="handoff-numbered-documents"),
    path(
        f"{HANDOFF}<int:number>/documents/<str:name>/",
        handoff_documents.document,
        name="handoff-numbered-document",
    ),
]

IMPORT = "imports/<int:pk>/"

records: list[URLPattern | URLResolver] = [
    path("initiatives/<slug:slug>/activity/", activity.initiative_activity, name="initiative-activity"),
    path(f"{PHASE}activity/", activity.activity, name="activity"),
    path("imports/", imports.imports, name="imports"),
    path("imports/new/", imports.import_new, name="import-new"),
    path("imports/upload/", imports.import_upload, name="import-upload"),
    path(IMPORT, imports.import_page, name="import"),
    path(f"{IMPORT}apply/", imports.import_apply, name="import-apply"),
    path(f"{IMPORT}discard/", imports.import_discard, name="import-discard"),
    path(f"{IMPORT}initiative/", imports.import_name, name="import-name"),
    path(f"{IMPORT}raw/<int:file_pk>/", imports.import_raw, name="import-raw"),
    path("tokens/", tokens.tokens, name="tokens"),
    path("tokens/new/", tokens.token_new, name="token-new"),
    path("tokens/create/", tokens.token_create, name="token-create"),
    path("tokens/<int:pk>/revoke/", tokens.token_revoke, name="token-revoke"),
    path("style/", style.show, name="style"),
    path("accounts/sign-in/", accounts.sign_in, name="sign-in"),
    path("accounts/sign-out/", accounts.sign_out, name="sign-out"),
    path("accounts/password/", accounts.password, name="password"),
]

urlpatterns: list[URLPattern | URLResolver] = [
    *pages,
    *evidence,
    *dispositions,
    *answers,
    *handoffs,
    *records,
]
