"""Packet folders in zips: the same answer as from the disk, and what hostile zips come to."""

import io
import random
import stat
import struct
import tracemalloc
import zipfile
import zlib
from pathlib import Path

import pytest

from phases.folders import Folder, Limits, read_folder, read_zip

Entry = tuple[str, bytes]


def zipped(*entries: Entry | tuple[zipfile.ZipInfo, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in entries:
            archive.writestr(name, data)
    return out.getvalue()


def special(name: str, mode: int) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.create_system = 3
    info.external_attr = mode << 16
    return info


def read(*entries: Entry | tuple[zipfile.ZipInfo, bytes], **limits: int) -> Folder:
    return read_zip(zipped(*entries), "upload.zip", Limits(**limits))


def texts(folder: Folder) -> dict[str, str | None]:
    return {file.path: file.text for file in folder.files}


def told(folder: Folder) -> dict[str, str]:
    return {problem.path: problem.message for problem in folder.problems}


def entry(
    name: bytes, data: bytes, *, size: int | None = None, at: int = 0, flags: int = 0
) -> tuple[bytes, bytes]:
    """Local header with data, and directory entry, of a deflated file; `size` is what they claim."""
    deflate = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = deflate.compress(data) + deflate.flush()
    said = len(data) if size is None else size
    common = struct.pack("<HHHHIIIHH", flags, 8, 0, 33, zlib.crc32(data), len(packed), said, len(name), 0)
    local = b"PK\x03\x04" + struct.pack("<H", 20) + common + name + packed
    directory = (
        b"PK\x01\x02" + struct.pack("<HH", 20, 20) + common + struct.pack("<HHHII", 0, 0, 0, 0, at) + name
    )
    return local, directory


def archive(locals_: bytes, directory: bytes, count: int) -> bytes:
    end = struct.pack("<HHHHIIH", 0, 0, count, count, len(directory), len(locals_), 0)
    return locals_ + directory + b"PK\x05\x06" + end


def single(name: bytes, data: bytes, **claims: int) -> Folder:
    return read_zip(archive(*entry(name, data, **claims), 1), "upload.zip")


def test_disk_and_zip_agree(tmp_path):
    root = tmp_path / "packet"
    files = {
        "README.md": b"\xef\xbb\xbfone",
        "b/a.md": b"\xff",
        "b-c.md": b"x",
        "p.png": b"\x00",
        ".git/x": b"",
    }
    for name, data in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(data)
    packed = zipped(*((f"packet/{name}", data) for name, data in reversed(files.items())))
    assert read_zip(packed, "any.zip").files == read_folder(root).files
    assert [each.path for each in read_zip(packed, "any.zip").problems] == ["", "b/a.md"]
    assert read_zip(packed, "any.zip").name == "packet"


def test_one_folder_around_everything_is_the_folder():
    entries = [("packet/", b""), ("packet/a.md", b"1"), ("__MACOSX/._a.md", b""), (".DS_Store", b"")]
    folder = read(*entries)
    assert (folder.name, texts(folder)) == ("packet", {"a.md": "1"})


def test_without_one_the_zip_gives_the_name():
    assert read(("a.md", b"1"), ("b/c.md", b"2")).name == "upload"
    assert read(("a.md", b"1")).name == "upload"
    assert read_zip(zipped(("a.md", b"1")), "C:\\in\\Packet.ZIP").name == "Packet"


def test_a_name_in_utf_8_without_its_mark_is_read():
    assert list(texts(single("caf\u00e9.md".encode(), b"x"))) == ["caf\u00e9.md"]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("../evil.md", "leads out"),
        ("a/../../evil.md", "leads out"),
        ("/etc/evil.md", "absolute"),
        ("C:/evil.md", "absolute"),
        ("a\\..\\evil.md", "backslash"),
        ("a//evil.md", "empty part"),
        ("./evil.md", "a dot"),
        ("evil\x07.md", "U+0007"),
        ("evil\u202e.md", "U+202E"),
    ],
)
def test_names_that_lead_elsewhere_are_told(name, words):
    folder = read((name, b"evil"), ("good.md", b"1"))
    assert texts(folder) == {"good.md": "1"}
    assert any(words in problem.message for problem in folder.problems)


@pytest.mark.parametrize("name", [b"good.md\x00.exe", b"\x00", b"", b"/"])
def test_names_with_nul_or_nothing_are_told(name):
    folder = single(name, b"evil")
    assert folder.files == ()
    assert any("U+0000" in each.message or "empty part" in each.message for each in folder.problems)


@pytest.mark.parametrize(
    ("mode", "words"),
    [
        (stat.S_IFLNK | 0o777, "A link"),
        (stat.S_IFIFO, "A pipe"),
        (stat.S_IFCHR, "A device"),
        (0xB000, "plain file"),
    ],
)
def test_links_and_devices_are_not_read(mode, words):
    folder = read((special("odd.md", mode), b"/etc/passwd"), ("good.md", b"1"))
    assert texts(folder) == {"good.md": "1", "odd.md": None}
    assert words in told(folder)["odd.md"]


def test_a_file_that_is_also_a_folder_is_not_read():
    folder = read((special("a", stat.S_IFLNK), b"/etc"), ("a/b.md", b"1"), ("c.md", b"2"))
    assert texts(folder) == {"a": None, "a/b.md": "1", "c.md": "2"}
    assert "as a file and as a folder" in told(folder)["a"]


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_path_that_stands_twice_is_not_read():
    folder = read(("a.md", b"one"), ("a.md", b"two"), ("B.md", b"1"), ("b.md", b"2"))
    assert texts(folder) == {"B.md": "1", "a.md": None, "b.md": "2"}
    assert "holds this path 2 times" in told(folder)["a.md"]
    assert "only in case" in told(folder)["b.md"]


def test_encrypted_entries_are_told():
    assert "encrypted" in told(single(b"a.md", b"secret", flags=1))["a.md"]


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_other_ways_of_packing_are_told(method):
    packed = zipped(("a.md", b"0" * 100), method=method)
    assert "Zip the folder with deflate" in told(read_zip(packed, "x.zip"))["a.md"]


def test_a_zip_inside_is_not_opened():
    (file,) = read(("inner.zip", zipped(("a.md", b"1")))).files
    assert (file.text, "not opened" in file.why_not) == (None, True)


def test_an_entry_that_becomes_too_much_is_not_read():
    folder = read(
        ("bomb.md", b"0" * 1_000_000), ("good.md", bytes(random.Random(1).choices(b"abcd", k=9000)))
    )
    assert texts(folder)["bomb.md"] is None
    assert "more than 100 times its size" in told(folder)["bomb.md"]
    assert texts(folder)["good.md"]


def test_a_zip_that_becomes_too_much_is_not_read():
    folder = read(*((f"{at}.md", b"0" * 60_000) for at in range(60)))
    assert folder.files == ()
    assert "more than 100 times its size" in folder.problems[0].message


def test_a_small_size_told_of_a_large_entry_is_found_out():
    folder = single(b"a.md", b"0" * 5_000_000, size=10)
    assert (texts(folder), "damaged" in told(folder)["a.md"]) == ({"a.md": None}, True)


def test_a_large_size_told_of_a_small_entry_is_found_out():
    assert "says 500 bytes and 5 came out" in told(single(b"a.md", b"12345", size=500))["a.md"]


def test_an_entry_past_the_limit_is_not_unpacked():
    assert "more than 2,097,152 bytes" in told(single(b"a.md", b"x", size=2_097_153))["a.md"]


def test_the_total_is_counted_over_all_entries():
    folder = read(("a.md", b"12345678"), ("b.md", b"12345678"), ("c.md", b"1"), total_bytes=10)
    assert list(texts(folder).values()) == ["12345678", None, "1"]


def test_entries_that_share_bytes_are_refused():
    """Fifield's bomb: many names for the same packed bytes."""
    local, _ = entry(b"a.md", b"0" * 9_000)
    directory = b"".join(entry(b"a%d.md" % at, b"0" * 9_000)[1] for at in range(200))
    folder = read_zip(archive(local, directory, 200), "x.zip")
    assert (folder.files, "overlap" in folder.problems[0].message) == ((), True)


def test_an_entry_that_reaches_into_the_next_is_refused():
    inner, first = entry(b"b.md", b"inner", at=0)
    outer = bytearray(entry(b"a.md", b"outer")[1])
    outer[20:24] = struct.pack("<I", len(inner) + 500)
    folder = read_zip(archive(inner * 30, bytes(outer) + first, 2), "x.zip")
    assert "overlap" in folder.problems[0].message


def test_more_entries_than_the_limit_are_refused_before_they_are_listed(monkeypatch):
    monkeypatch.setattr(zipfile, "ZipFile", None)
    folder = read_zip(archive(b"", entry(b"a.md", b"")[1] * 21, 1), "x.zip", Limits(entries=20))
    assert "more than 20 entries" in folder.problems[0].message


def test_too_many_files_are_refused():
    assert "More than 3 files" in read(*((f"{at}.md", b"") for at in range(4)), files=3).problems[0].message


def test_a_zip_that_is_too_large_is_refused():
    assert "at most 50 are read" in read(("a.md", b"1"), zip_bytes=50).problems[0].message


@pytest.mark.parametrize(
    "data", [b"", b"no zip", b"PK\x05\x06", zipped(("a.md", b"1"))[:-5], b"\x1f\x8b" * 99]
)
def test_what_is_no_zip_is_told(data):
    folder = read_zip(data, "x.zip")
    assert [(each.path, "not a zip" in each.message) for each in folder.problems] == [("", True)]


def test_a_damaged_entry_does_not_hold_up_the_others():
    packed = bytearray(zipped(("a.md", b"one" * 50), ("b.md", b"two"), method=zipfile.ZIP_STORED))
    packed[packed.index(b"oneone")] ^= 1
    folder = read_zip(bytes(packed), "x.zip")
    assert texts(folder) == {"a.md": None, "b.md": "two"}
    assert "damaged" in told(folder)["a.md"]


def test_whatever_the_bytes_are_there_is_an_answer():
    """2,000 zips with a few bytes changed, cut off or doubled."""
    chance = random.Random(20310401)
    whole = zipped(("p/a.md", b"one" * 40), ("p/b/c.json", b"{}"), (special("p/l", stat.S_IFLNK), b"/etc"))
    for _ in range(2_000):
        data = whole[: chance.choice((len(whole), chance.randrange(len(whole))))]
        for _ in range(chance.randrange(1, 6)):
            start, end = sorted((chance.randrange(len(data) + 1), chance.randrange(len(data) + 1)))
            cut = chance.choice((start + 1, start + 2, end))
            data = data[:start] + chance.randbytes(chance.randrange(3)) + data[cut:]
        folder = read_zip(data, "x.zip")
        assert all(".." not in file.path and not file.path.startswith("/") for file in folder.files)


def test_memory_stays_bounded():
    """Entries that become 60 MB each, one that says so and one that does not."""
    local, directory = b"", b""
    for at, size in enumerate((60_000_000, 2_000_000)):
        packed = _zeros(60_000_000, b"%d.md" % at, size, len(local))
        local, directory = local + packed[0], directory + packed[1]
    tracemalloc.start()
    folder = read_zip(archive(local, directory, 2), "x.zip")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert texts(folder) == {"0.md": None, "1.md": None}
    assert peak < 4 * 1024 * 1024


def _zeros(size: int, name: bytes, said: int, at: int) -> tuple[bytes, bytes]:
    deflate = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = bytes(10_000_000)
    packed = b"".join(deflate.compress(block) for _ in range(size // len(block))) + deflate.flush()
    common = struct.pack("<HHHHIIIHH", 0, 8, 0, 33, 1, len(packed), said, len(name), 0)
    local = b"PK\x03\x04" + struct.pack("<H", 20) + common + name + packed
    return local, b"PK\x01\x02" + struct.pack("<HH", 20, 20) + common + struct.pack(
        "<HHHII", 0, 0, 0, 0, at
    ) + name


def test_a_zip_from_another_program_is_read(tmp_path: Path):
    """With data descriptors, as streams have them: sizes stand behind the data."""
    out = io.BytesIO()
    out.seekable = lambda: False  # type: ignore[method-assign]
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("a.md", b"streamed" * 20)
    assert texts(read_zip(out.getvalue(), "x.zip")) == {"a.md": "streamed" * 20}
