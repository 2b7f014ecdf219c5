"""PDFs as people send them, and as people send them to do harm."""


def pdf(*pages: str, size: tuple[int, int] = (595, 842), trailer: str = "") -> bytes:
    """A PDF whose pages say something, with lines below as a letter has them; `size` in points."""
    kids = " ".join(f"{3 + 2 * place} 0 R" for place in range(len(pages)))
    objects = [
        "<</Type/Catalog/Pages 2 0 R>>",
        f"<</Type/Pages/Count {len(pages)}/Kids[{kids}]>>",
    ]
    font = "/Resources<</Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>"
    for place, says in enumerate(pages):
        box = f"/MediaBox[0 0 {size[0]} {size[1]}]/Contents {4 + 2 * place} 0 R"
        drawing = f"BT /F 32 Tf 60 760 Td ({says}) Tj ET " + " ".join(
            f"60 {700 - 24 * line} {300 + 50 * (line % 4)} 6 re f" for line in range(20)
        )
        objects += [
            f"<</Type/Page/Parent 2 0 R{box}{font}>>",
            f"<</Length {len(drawing)}>>stream\n{drawing}\nendstream",
        ]
    return _written(objects, trailer)


def locked_pdf() -> bytes:
    """A PDF that asks for a password."""
    key = "00" * 32
    lock = f"/Encrypt<</Filter/Standard/V 1/R 2/P -44/O<{key}>/U<{key}>>>/ID[<00><00>]"
    return pdf("Secret", trailer=lock)


def _written(objects: list[str], trailer: str) -> bytes:
    out, places = "%PDF-1.4\n", []
    for number, each in enumerate(objects, 1):
        places.append(len(out))
        out += f"{number} 0 obj{each}endobj\n"
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    count = len(objects) + 1
    out += f"xref\n0 {count}\n0000000000 65535 f \n{table}"
    start = out.rindex("xref\n0")
    out += f"trailer<</Size {count}/Root 1 0 R{trailer}>>\nstartxref\n{start}\n%%EOF\n"
    return out.encode()
