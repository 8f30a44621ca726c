"""A small PDF that no parser comes to the end of."""

from __future__ import annotations


def endless(levels: int = 64) -> bytes:
    """Return a PDF of form fields, each with two kids that are the next one: 2 to the power of `levels` to visit."""
    first = 2
    objects = [b"<< /Type /Catalog /AcroForm << /Fields [2 0 R] >> >>"]
    objects += [b"<< /T (a) /Kids [%d 0 R %d 0 R] >>" % (number, number) for number in range(first + 1, first + levels)]
    objects.append(b"<< /T (z) /FT /Tx >>")
    data, places = bytearray(b"%PDF-1.7\n"), []
    for number, body in enumerate(objects, 1):
        places.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start, size = len(data), len(objects) + 1
    data += b"xref\n0 %d\n0000000000 65535 f \n" % size
    data += b"".join(b"%010d 00000 n \n" % place for place in places)
    return bytes(data + b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (size, start))
