"""Small files of many formats, made by hand: the parsers are tried on them, whole and broken."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from pypdf import PdfWriter
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject

_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_DRAWING = 'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
_PRESENTATION = 'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"'
_RELATIONS = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'


def zipped(path: Path, members: Mapping[str, str | bytes]) -> Path:
    """Write an archive with these members and return its path."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def docx(path: Path, body: str, *, styles: str = "", **parts: str) -> Path:
    """Write a Word document; `body` is the XML inside `w:body`, `parts` are other members of `word/` by name."""
    members: dict[str, str | bytes] = {"word/document.xml": f"<w:document {_W}><w:body>{body}</w:body></w:document>"}
    if styles:
        members["word/styles.xml"] = f"<w:styles {_W}>{styles}</w:styles>"
    for name, content in parts.items():
        members[f"word/{name}.xml"] = f"<w:{name} {_W}>{content}</w:{name}>"
    return zipped(path, members)


def paragraph(text: str, style: str = "", properties: str = "") -> str:
    """Return a paragraph of Word's XML."""
    named = f'<w:pStyle w:val="{style}"/>' if style else ""
    return f"<w:p><w:pPr>{named}{properties}</w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"


def pptx(path: Path, slides: Sequence[str], *, notes: Mapping[int, str] | None = None) -> Path:
    """Write a presentation; each slide is the XML inside its tree of shapes, shown in reverse order of the names."""
    order = "".join(f'<p:sldId id="{256 + n}" r:id="rId{n}"/>' for n in range(len(slides)))
    listing = "".join(
        f'<Relationship Id="rId{n}" Target="slides/slide{len(slides) - n}.xml"/>' for n in range(len(slides))
    )
    members: dict[str, str | bytes] = {
        "ppt/presentation.xml": f"<p:presentation {_PRESENTATION} {_RELATIONS}><p:sldIdLst>{order}</p:sldIdLst>"
        "</p:presentation>",
        "ppt/_rels/presentation.xml.rels": f"<Relationships>{listing}</Relationships>",
    }
    for n, slide in enumerate(slides):
        name = f"slide{len(slides) - n}.xml"
        members[f"ppt/slides/{name}"] = _slide(slide)
        if notes and n in notes:
            target = f'<Relationship Id="rId1" Target="../notesSlides/notes{n}.xml"/>'
            members[f"ppt/slides/_rels/{name}.rels"] = f"<Relationships>{target}</Relationships>"
            members[f"ppt/notesSlides/notes{n}.xml"] = _slide(notes[n])
    return zipped(path, members)


def _slide(shapes: str) -> str:
    return f"<p:sld {_PRESENTATION} {_DRAWING}><p:cSld><p:spTree>{shapes}</p:spTree></p:cSld></p:sld>"


def shape(text: str, kind: str = "") -> str:
    """Return a shape of a slide with a line of text per line; `kind` is that of its placeholder."""
    placeholder = f'<p:nvSpPr><p:nvPr><p:ph type="{kind}"/></p:nvPr></p:nvSpPr>' if kind else ""
    lines = "".join(f"<a:p><a:r><a:t>{line}</a:t></a:r></a:p>" for line in text.split("\n"))
    return f"<p:sp>{placeholder}<p:txBody>{lines}</p:txBody></p:sp>"


def epub(path: Path, chapters: Sequence[str], **more: str) -> Path:
    """Write a book whose chapters are HTML; `more` are other members of META-INF by name."""
    items = "".join(
        f'<item id="c{n}" href="text/c%20{n}.xhtml" media-type="application/xhtml+xml"/>' for n in range(len(chapters))
    )
    order = "".join(f'<itemref idref="c{n}"/>' for n in reversed(range(len(chapters))))
    members: dict[str, str | bytes] = {
        "META-INF/container.xml": '<container><rootfiles><rootfile full-path="OPS/book.opf"/></rootfiles></container>',
        "OPS/book.opf": f"<package><manifest>{items}</manifest><spine>{order}</spine></package>",
        **{f"OPS/text/c {n}.xhtml": chapter for n, chapter in enumerate(chapters)},
        **{f"META-INF/{name}.xml": content for name, content in more.items()},
    }
    return zipped(path, members)


def pdf(
    path: Path,
    pages: Sequence[Sequence[tuple[str, int]]],
    *,
    outline: Sequence[tuple[str, int]] = (),
    password: str | None = None,
    algorithm: str = "RC4-128",
) -> Path:
    """Write a PDF; a page is its lines with the size of their letters, each 1.5 sizes below the one before."""
    writer = PdfWriter()
    font = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Font"),
            NameObject("/Subtype"): NameObject("/Type1"),
            NameObject("/BaseFont"): NameObject("/Helvetica"),
        }
    )
    for lines in pages:
        page = writer.add_blank_page(595, 842)
        page[NameObject("/Resources")] = DictionaryObject(
            {NameObject("/Font"): DictionaryObject({NameObject("/F1"): font})}
        )
        y = 800.0
        commands = ["BT"]
        for text, size in lines:
            y -= size * (1.5 if text else 1.0)
            escaped = text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
            commands.append(f"/F1 {size} Tf 1 0 0 1 50 {y} Tm ({escaped}) Tj")
        stream = DecodedStreamObject()
        stream.set_data("\n".join([*commands, "ET"]).encode("latin-1"))
        page[NameObject("/Contents")] = writer._add_object(stream)
    for title, number in outline:
        writer.add_outline_item(title=title, page_number=number)
    if password is not None:
        writer.encrypt(password, algorithm=algorithm)
    writer.write(path)
    return path


def doc(path: Path, pieces: Sequence[tuple[str, bool]], *, encrypted: bool = False) -> Path:
    """Write a Word document of before 2007; a piece is its text and whether it takes one byte a character."""
    main = bytearray(4096)
    struct.pack_into("<H", main, 0, 0xA5EC)
    struct.pack_into("<H", main, 0x0A, 0x0200 | (0x0100 if encrypted else 0))
    ends, places = [0], b""
    for text, compressed in pieces:
        data = text.encode("cp1252" if compressed else "utf-16-le")
        place = len(main) * 2 | (1 << 30) if compressed else len(main)
        places += struct.pack("<HIH", 0, place, 0)
        ends.append(ends[-1] + len(text))
        main += data
    table = struct.pack(f"<{len(ends)}I", *ends) + places
    table = b"\x01" + struct.pack("<H", 4) + b"fast" + b"\x02" + struct.pack("<I", len(table)) + table
    struct.pack_into("<I", main, 0x4C, ends[-1])
    struct.pack_into("<II", main, 0x1A2, 0, len(table))
    return compound(path, {"WordDocument": bytes(main), "1Table": table})


def compound(path: Path, streams: Mapping[str, bytes]) -> Path:
    """Write a compound file (OLE); streams are filled up with zeros to whole sectors, and to 4096 bytes at least."""
    sector, end, free = 512, 0xFFFFFFFE, 0xFFFFFFFF
    fat = [0xFFFFFFFD, end]  # its own sector, then the directory
    body = io.BytesIO()
    entries = [_entry("Root Entry", 5, end, 0, child=1)]
    for index, (name, data) in enumerate(streams.items(), 1):
        length = max(4096, -(-len(data) // sector) * sector)
        start = len(fat)
        fat += [*range(start + 1, start + length // sector), end]
        body.write(data.ljust(length, b"\0"))
        entries.append(_entry(name, 2, start, length, right=index + 1 if index < len(streams) else free))
    entries += [bytes(128)] * (-len(entries) % 4)
    directory = b"".join(entries)[:sector]
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    header += struct.pack("<HHHHH6xIIIIIIIIII", 0x3E, 3, 0xFFFE, 9, 6, 0, 1, 1, 0, 4096, end, 0, end, 0, 0)
    header = header.ljust(512, b"\xff")
    table = struct.pack(f"<{len(fat)}I", *fat).ljust(sector, b"\xff")
    path.write_bytes(header + table + directory + body.getvalue())
    return path


def _entry(name: str, kind: int, start: int, size: int, *, child: int = 0xFFFFFFFF, right: int = 0xFFFFFFFF) -> bytes:
    encoded = (name + "\0").encode("utf-16-le")
    head = encoded.ljust(64, b"\0") + struct.pack("<HBB", len(encoded), kind, 1)
    return head + struct.pack("<III", 0xFFFFFFFF, right, child) + bytes(36) + struct.pack("<IQ", start, size)
