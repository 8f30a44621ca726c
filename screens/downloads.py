"""A table or a paper as a file to keep.

Text or bytes in, response out; what stands in it is the pages' business.
"""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse

from screens.tables import Table, csv_text, workbook

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def csv_file(text: str, name: str) -> HttpResponse:
    """Return CSV as a download; the byte order mark lets spreadsheet programs read Chinese names."""
    return HttpResponse(text.encode("utf-8-sig"), content_type="text/csv; charset=utf-8", headers=as_download(name))


def table_file(request: HttpRequest, table: Table, name: str) -> HttpResponse:
    """Return a table as a download under a name without its ending: CSV, or a workbook for `as=xlsx`.

    Raises Http404 for any other form.
    """
    form = request.GET.get("as", "csv")
    if form == "csv":
        return csv_file(csv_text(table), f"{name}.csv")
    if form != "xlsx":
        raise Http404
    return HttpResponse(workbook([table]), content_type=WORKBOOK, headers=as_download(f"{name}.xlsx"))


def as_download(name: str) -> dict[str, str]:
    """Return the headers of a file that is kept and not shown."""
    return {"Content-Disposition": f'attachment; filename="{name}"'}


def paper(data: bytes, name: str, *, inline: bool = False) -> HttpResponse:
    """Return a paper byte for byte, to keep or to read in place; no cache keeps it."""
    headers = {
        "Content-Disposition": f'{"inline" if inline else "attachment"}; filename="{name}"',
        "Cache-Control": "private, no-store",
    }
    return HttpResponse(data, content_type="application/pdf", headers=headers)
