"""Names the kind of a message from Fonnte's `type`, or from the file where that says nothing."""

import re
from collections.abc import Mapping
from urllib.parse import unquote

from helpdesk.gateways import Attachment, MessageKind

_NOT_A_LETTER = re.compile(r"[^a-z]+")
_EXTENSION = re.compile(r".*\.([a-z0-9]{1,5})", re.DOTALL)
_FILES: frozenset[MessageKind] = frozenset({"image", "video", "audio", "document", "sticker"})

_WORDS_OF_TYPE: Mapping[MessageKind, str] = {
    "text": "text chat conversation extendedtext",
    "image": "image photo picture img",
    "video": "video gif ptv videonote",
    "audio": "audio voice ptt voicenote vn",
    "document": "document documentwithcaption file application pdf",
    "sticker": "sticker",
    "location": "location livelocation",
    "contact": "contact contacts contactsarray vcard multivcard",
    "poll": "poll pollcreation",
}
_WORDS_OF_EXTENSION: Mapping[MessageKind, str] = {
    "image": "jpg jpeg png webp gif heic bmp",
    "video": "mp4 3gp mov mkv webm avi",
    "audio": "mp3 ogg oga opus m4a aac amr wav",
}
_TYPES = {word: kind for kind, words in _WORDS_OF_TYPE.items() for word in words.split()}
_EXTENSIONS = {word: kind for kind, words in _WORDS_OF_EXTENSION.items() for word in words.split()}


def kind_of(
    word: str, *, extension: str, attachment: Attachment | None, has_words: bool
) -> MessageKind:
    """Return the kind after the word in `type`.

    Only `text` was seen on the wire (2026-01), so WhatsApp's own names (`imageMessage`, `ptt`),
    media types (`image/jpeg`) and plain words are taken. `has_words`: there is text to read.
    """
    named = _TYPES.get(_bare(word))
    if attachment:
        return named if named in _FILES else _kind_of_file(attachment, extension)
    if named is None or named in ("text", "location"):
        return "text" if has_words else "other"
    return named


def _bare(word: str) -> str:
    """Bring `imageMessage`, `image/jpeg` and `IMAGE` to `image`."""
    main = word.strip().lower().partition("/")[0]
    return _NOT_A_LETTER.sub("", main).removesuffix("message")


def _kind_of_file(attachment: Attachment, extension: str) -> MessageKind:
    path = unquote(attachment.url.partition("?")[0].partition("#")[0])
    for name in (f".{extension.strip(' .')}", attachment.filename, path):
        found = _EXTENSION.fullmatch(name.lower())
        if found:
            return _EXTENSIONS.get(found[1], "document")
    return "document"
