"""A recording as browsers make it, WebM, rewritten as WhatsApp plays it, Ogg: the same packets.

WebM is EBML (RFC 8794; Matroska, RFC 9559): elements in elements. Ogg is pages with a checksum (RFC
3533); what goes before the packets of Opus says RFC 7845. Nothing is decoded, so nothing is lost.
"""

import zlib
from collections.abc import Iterator

from msgspec import Struct

EBML = b"\x1a\x45\xdf\xa3"
WITHOUT_END = {"segment", "cluster"}
MOST_ELEMENTS = 500_000
"""Two hours and more of packets of 20 ms."""
_NAMES = {
    0x18538067: "segment", 0x1F43B675: "cluster", 0xA0: "group", 0x1654AE6B: "tracks",
    0xAE: "track", 0xD7: "number", 0x86: "codec", 0x63A2: "head", 0xA3: "block", 0xA1: "block",
}  # fmt: skip
_PARENTS = {"segment", "cluster", "group", "tracks", "track"}
_LACED = 0x06
_FIRST, _LAST = 0x02, 0x04
_PACKETS_A_PAGE = 50
_MOST_SEGMENTS = 255
_SERIAL = 1
_TAGS = b"OpusTags" + (8).to_bytes(4, "little") + b"helpdesk" + bytes(4)
_REVERSED = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))


class _Track(Struct):
    """What the head of a file says of its one track."""

    count: int = 0
    number: int = 0
    codec: bytes = b""
    head: bytes = b""


def as_ogg(content: bytes) -> bytes | None:
    """Return a WebM recording as Ogg; None where it is none, or has more in it than one voice."""
    if not content.startswith(EBML):
        return None
    try:
        track, packets = _read(content)
        is_voice = track.count == 1 and track.codec.rstrip(b"\0") == b"A_OPUS"
        if not (is_voice and packets and track.head.startswith(b"OpusHead")):
            return None
        return _ogg(track.head, packets)
    except (IndexError, ValueError):
        return None


def _read(content: bytes) -> tuple[_Track, list[bytes]]:
    track, packets = _Track(), []
    for name, value in _elements(content):
        if name == "track":
            track.count += 1
        elif name == "number":
            track.number = int.from_bytes(value)
        elif name == "codec":
            track.codec = value
        elif name == "head":
            track.head = value
        elif name == "block":
            packets.append(_packet(value, track.number))
    return track, packets


def _elements(content: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield the elements, those in others after these; what does not matter has no name."""
    at, ends = 0, [len(content)]
    for _ in range(MOST_ELEMENTS):
        while ends and at >= ends[-1]:
            ends.pop()
        if not ends:
            return
        id_, at = _number(content, at, is_id=True)
        size, at = _number(content, at, is_id=False)
        name = _NAMES.get(id_, "")
        if size < 0 and name in WITHOUT_END:
            continue  # its children follow
        if size < 0 or at + size > ends[-1]:
            raise ValueError("an element goes on after its parent")
        if name in _PARENTS:
            ends.append(at + size)
            yield name, b""
        else:
            yield name, content[at : at + size]
            at += size
    raise ValueError("there are too many elements")


def _number(content: bytes, at: int, *, is_id: bool) -> tuple[int, int]:
    """Return a number of 1 to 8 bytes and where it ends; -1 for a size that is not known."""
    length = 9 - content[at].bit_length()
    if length > (4 if is_id else 8):
        raise ValueError("no such number")
    raw = content[at : at + length]
    if len(raw) < length:
        raise ValueError("a number is cut off")
    value = int.from_bytes(raw)
    if not is_id:
        value &= (1 << 7 * length) - 1
        if value == (1 << 7 * length) - 1:
            value = -1
    return value, at + length


def _packet(block: bytes, track: int) -> bytes:
    """Return the packet of a block: after its track, its time (two bytes) and its flags."""
    number, at = _number(block, 0, is_id=False)
    if number != track or block[at + 2] & _LACED or not block[at + 3 :]:
        raise ValueError("a block is not of the voice, or holds several packets")
    return block[at + 3 :]


def _samples(packet: bytes) -> int:
    """Return how long a packet is, at 48 kHz, by its first bytes (RFC 6716, 3.1)."""
    config, code = packet[0] >> 3, packet[0] & 3
    if config < 12:
        frame = (480, 960, 1920, 2880)[config & 3]
    elif config < 16:
        frame = (480, 960)[config & 1]
    else:
        frame = (120, 240, 480, 960)[config & 3]
    return frame * ((1, 2, 2)[code] if code < 3 else packet[1] & 0x3F)


def _ogg(head: bytes, packets: list[bytes]) -> bytes:
    pages = [_page([head], 0, 0, _FIRST), _page([_TAGS], 0, 1, 0)]
    sample = 0
    groups = _grouped(packets)
    for place, group in enumerate(groups):
        sample += sum(map(_samples, group))
        flags = _LAST if place == len(groups) - 1 else 0
        pages.append(_page(group, sample, place + 2, flags))
    return b"".join(pages)


def _grouped(packets: list[bytes]) -> list[list[bytes]]:
    """Return the packets page by page: a second of the usual 20 ms, or what has room."""
    groups: list[list[bytes]] = []
    room = 0
    for packet in packets:
        needed = len(packet) // 255 + 1
        if needed > room or len(groups[-1]) == _PACKETS_A_PAGE:
            groups.append([])
            room = _MOST_SEGMENTS
        groups[-1].append(packet)
        room -= needed
    return groups


def _page(packets: list[bytes], sample: int, place: int, flags: int) -> bytes:
    segments = b"".join(b"\xff" * (len(each) // 255) + bytes([len(each) % 255]) for each in packets)
    if len(segments) > _MOST_SEGMENTS:
        raise ValueError("packets are too large for a page")
    start = b"OggS\0" + bytes([flags]) + sample.to_bytes(8, "little")
    start += _SERIAL.to_bytes(4, "little") + place.to_bytes(4, "little")
    rest = bytes([len(segments)]) + segments + b"".join(packets)
    return start + _checksum(start + bytes(4) + rest).to_bytes(4, "little") + rest


def _checksum(page: bytes) -> int:
    """Return Ogg's checksum: that of zlib, but the bits the other way round and begun with 0."""
    mirrored = zlib.crc32(page.translate(_REVERSED), 0xFFFFFFFF) ^ 0xFFFFFFFF
    return int(f"{mirrored:032b}"[::-1], 2)
