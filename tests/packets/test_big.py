"""The generated packet that the benchmark reads is a sound one of the size it promises."""

from phases.packets import read_packet
from phases.packets.text import MAX_BYTES
from tests.packets.big import big_packet


def test_the_big_packet_is_nearly_as_large_as_may_be_and_sound():
    text = big_packet()
    reading = read_packet(text)
    assert 0.95 * MAX_BYTES < len(text) <= MAX_BYTES
    assert reading.problems == ()
    assert reading.packet
    assert [len(item.gates) for item in reading.packet.slices] == [10] * 2_000
