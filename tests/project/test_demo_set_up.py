"""Setting the demo up: once is as twice, its people can sign in, and its ledger holds."""

import datetime as dt
import io

from django.core.management import call_command

from phases.actions.imports import import_packet
from phases.actions.slices import move_slice
from phases.actions.verify import verify_ledger
from phases.demo.players import FOLDER
from phases.management.commands.demo import INITIATIVE, MACHINE, PASSWORD, PEOPLE
from phases.models import Event, GateRun, ImportFile, Initiative, Slice, Token
from phases.packets import read_packet
from phases.permissions import OPERATOR
from tracker.hiding import TOKEN_MARK


def test_demo_prints_address_and_sign_ins(told):
    assert "http://127.0.0.1:8123/" in told
    assert all(name in told for name in PEOPLE)


def test_everybody_has_the_password(demo, django_user_model):
    people = django_user_model.objects.all()
    assert {person.username for person in people if person.check_password(PASSWORD)} == set(PEOPLE)


def test_second_run_changes_nothing(demo):
    files = ImportFile.objects.count()
    call_command("demo", stdout=io.StringIO())
    again = Initiative.objects.get(pk=demo.pk)
    assert (again.seq, again.head) == (demo.seq, demo.head)
    assert ImportFile.objects.count() == files


def test_second_run_keeps_what_visitors_changed(demo, phase_b):
    move_slice(actor=OPERATOR, phase=phase_b, code="B4", version=0, verb="start")
    text = (FOLDER / "PHASE_C_WORKBREAKDOWN.yaml").read_text().replace("Pilot at Mill Lane", "Pilot")
    import_packet(actor=OPERATOR, reading=read_packet(text), initiative=INITIATIVE)
    call_command("demo", stdout=io.StringIO())
    assert Slice.objects.get(phase=phase_b, code="B4").status == "in_progress"
    assert Slice.objects.get(phase__code="C", code="C1").title == "Pilot"


def test_the_machine_reported_with_a_token_whose_secret_nobody_saw(told, demo):
    token = Token.objects.get(name=MACHINE)
    assert (token.scopes, token.initiative) == (["artifacts", "gates"], demo)
    assert token.is_usable
    assert TOKEN_MARK not in told
    assert set(GateRun.objects.filter(source="token").values_list("by", flat=True)) == {MACHINE}


def test_ledger_verifies(demo):
    assert verify_ledger(initiative=demo).faults == []


def test_the_ledger_spans_weeks_never_goes_back_and_ends_before_now(demo):
    moments = list(Event.objects.filter(initiative=demo).order_by("seq").values_list("at", flat=True))
    assert moments == sorted(moments)
    assert moments[-1] - moments[0] > dt.timedelta(weeks=6)
    assert moments[-1] <= dt.datetime.now(dt.UTC)


def test_a_newer_packet_waits_to_be_applied(demo):
    (file,) = ImportFile.objects.filter(outcome="pending")
    assert (file.phase, file.changes["slices"]["added"]) == ("C", ["C3A"])
