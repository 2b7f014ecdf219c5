"""A browser's recording becomes what WhatsApp plays, with the same packets."""

import filetype
import pytest

from helpdesk.actions.recordings import MOST_ELEMENTS, as_ogg

HEAD = b"OpusHead\x01\x01\x00\x00\x80\xbb\x00\x00\x00\x00\x00"
TWENTY_MS = 0b11111 << 3
"""CELT, fullband, one frame of 20 ms: 960 samples."""
PACKETS = [bytes([TWENTY_MS]) + bytes([place % 256]) * (3 * place % 700) for place in range(180)]
POLYNOMIAL = 0x04C11DB7


def element(id_: int, body: bytes, *, is_open: bool = False) -> bytes:
    size = b"\xff" if is_open else (len(body) | 1 << 28).to_bytes(4)
    return id_.to_bytes((id_.bit_length() + 7) // 8) + size + body


def block(packet: bytes, *, track: int = 1, flags: int = 0x80) -> bytes:
    return element(0xA3, bytes([0x80 | track, 0, 0, flags]) + packet)


def webm(
    packets: list[bytes], *, codec: bytes = b"A_OPUS", tracks: int = 1, is_open: bool = True
) -> bytes:
    """A recording in two clusters; while it is being made their ends are not known."""
    track = element(0xAE, element(0xD7, b"\x01") + element(0x86, codec) + element(0x63A2, HEAD))
    half = len(packets) // 2
    clusters = b"".join(
        element(0x1F43B675, element(0xE7, b"\0") + b"".join(map(block, part)), is_open=is_open)
        for part in (packets[:half], packets[half:])
    )
    body = element(0x1654AE6B, track * tracks) + clusters
    kind = element(0x1A45DFA3, element(0x4282, b"webm"))
    return kind + element(0x18538067, body, is_open=is_open)


def checksum(page: bytes) -> int:
    """Ogg's checksum, bit by bit."""
    value = 0
    for byte in page[:22] + bytes(4) + page[26:]:
        value ^= byte << 24
        for _ in range(8):
            value = (value << 1 ^ (POLYNOMIAL if value >> 31 else 0)) & 0xFFFFFFFF
    return value


def pages_of(content: bytes) -> list[tuple[int, int, int, list[bytes]]]:
    """Return flags, place, sample and packets of each page; no packet goes over two here."""
    pages = []
    at = 0
    while at < len(content):
        assert content[at : at + 5] == b"OggS\0"
        count = content[at + 26]
        lengths, start = content[at + 27 : at + 27 + count], at + 27 + count
        end = start + sum(lengths)
        page = content[at:end]
        assert int.from_bytes(page[22:26], "little") == checksum(page)
        packets, length = [], 0
        for each in lengths:
            length += each
            if each < 255:
                packets.append(content[start : start + length])
                start, length = start + length, 0
        sample = int.from_bytes(page[6:14], "little")
        pages.append((page[5], int.from_bytes(page[18:22], "little"), sample, packets))
        at = end
    return pages


@pytest.mark.parametrize("is_open", [True, False])
def test_every_packet_is_there_once_and_in_order(*, is_open: bool) -> None:
    ogg = as_ogg(webm(PACKETS, is_open=is_open))
    assert ogg is not None
    assert filetype.guess_mime(ogg) == "audio/ogg"
    pages = pages_of(ogg)
    assert [place for _, place, _, _ in pages] == list(range(len(pages)))
    assert (pages[0][0], pages[0][3]) == (2, [HEAD])
    assert pages[1][3][0].startswith(b"OpusTags")
    assert [packet for page in pages[2:] for packet in page[3]] == PACKETS
    assert (pages[-1][0], pages[-1][2]) == (4, 960 * len(PACKETS))


@pytest.mark.parametrize(
    ("first", "second", "samples"),
    [
        (0b00001 << 3, 0, 960),
        (0b01101 << 3, 0, 960),
        (0b10000 << 3 | 1, 0, 240),
        (TWENTY_MS | 3, 3, 2880),
    ],
)
def test_a_packet_says_how_long_it_is(first: int, second: int, samples: int) -> None:
    ogg = as_ogg(webm([bytes([first, second])] * 2))
    assert ogg is not None
    assert pages_of(ogg)[-1][2] == 2 * samples


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"OggS",
        webm(PACKETS, codec=b"A_VORBIS"),
        webm(PACKETS, tracks=2),
        webm([]),
        webm(PACKETS)[:-1],
        webm(PACKETS)[:40],
        b"\x1a\x45\xdf\xa3",
        b"\x1a\x45\xdf\xa3\x00\x00",
    ],
)
def test_what_is_no_whole_recording_of_one_voice_stays_as_it_is(content: bytes) -> None:
    assert as_ogg(content) is None


def test_elements_in_elements_however_deep_are_read() -> None:
    nested = b""
    for _ in range(3000):
        nested = element(0xA0, nested)
    assert as_ogg(webm(PACKETS, is_open=False) + nested) == as_ogg(webm(PACKETS, is_open=False))


def test_a_file_of_nothing_but_small_elements_is_not_read_to_its_end() -> None:
    void = b"\xec\x80"
    assert as_ogg(webm(PACKETS, is_open=False) + void * 1000) is not None
    assert as_ogg(webm(PACKETS, is_open=False) + void * MOST_ELEMENTS) is None
