"""A web application: a table goes in, a page, a workbook or JSON comes out.

Run it with `uvicorn web:app` after `pip install fastapi uvicorn python-multipart` and
`pip install "kencana-targets[excel,report]"`; then send it a file:

    curl -F table=@realisasi.xlsx -F year=2022 -F rule=permendagri-86-2017 \
        http://127.0.0.1:8000/evaluate/bengkulu-stunting-2024.html -o laporan.html
"""

from __future__ import annotations

import io
from typing import Annotated

import attrs
from fastapi import FastAPI, File, Form, Request, Response, UploadFile
from fastapi.responses import JSONResponse

import kencana_targets as kt

WRITERS = {"html": "to_html", "xlsx": "to_excel", "json": "to_json"}
TYPES = {
    "html": "text/html; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
}

app = FastAPI(title="kencana-targets")


@app.exception_handler(kt.KencanaError)
def refuse(request: Request, error: kt.KencanaError) -> JSONResponse:
    """Answer 422 with everything that is wrong and its place, in the language asked for."""
    language = request.query_params.get("language", "id")
    problems = [
        {"text": problem.text(language), "place": attrs.asdict(problem.place)}
        for problem in error.problems
    ]
    return JSONResponse({"error": type(error).__name__, "problems": problems}, 422)


@app.post("/evaluate/{plan}.{ending}")
def evaluate(
    plan: str,
    ending: str,
    table: Annotated[UploadFile, File()],
    year: Annotated[int, Form()],
    rule: Annotated[str, Form()],
) -> Response:
    """Evaluate a table of actuals against a plan of the catalog."""
    if ending not in WRITERS:
        return JSONResponse({"error": f"write one of {', '.join(WRITERS)}"}, 404)
    promised = kt.load_plan(plan)
    reached = kt.read_actuals(io.BytesIO(table.file.read()), plan=promised)
    card = kt.evaluate(promised, reached, year=year, rule=rule)
    answer = io.BytesIO()
    getattr(card.with_language("id"), WRITERS[ending])(answer)
    return Response(answer.getvalue(), media_type=TYPES[ending])
