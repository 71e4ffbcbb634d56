"""What only a person can vouch for."""

from phases.rules.freshness import Badge

from .states import a_gate, a_run
from .test_freshness import judged


def test_a_machine_never_vouches_not_even_by_a_command_that_became_an_attestation():
    gate = a_gate("acceptance", "dome_is_dry", run=a_run(source="token"))
    found, sentence = judged(gate)
    assert found == Badge.STALE
    assert sentence.endswith(
        "passed at r1, but as a command that ci-main reported: a person has to attest it."
    )
