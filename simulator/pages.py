"""The page and its files, read once."""

from pathlib import Path

from simulator.web import Answer, Request, json_answer

_FOLDER = Path(__file__).parent / "static"
_TYPES = {
    ".html": b"text/html; charset=utf-8",
    ".css": b"text/css; charset=utf-8",
    ".js": b"text/javascript; charset=utf-8",
    ".svg": b"image/svg+xml",
}
_FILES = {path.name: path for path in _FOLDER.iterdir() if path.suffix in _TYPES}


def handle(request: Request) -> Answer:
    """Answer with the page at / or one of its files under /static/."""
    parts = request.parts
    if request.method not in ("GET", "HEAD"):
        return json_answer({"error": "Method not allowed"}, 405)
    if not parts:
        return _file("index.html")
    if parts == ["healthz"]:
        return json_answer({"status": "ok"})
    if len(parts) == 2 and parts[0] == "static":
        return _file(parts[1])
    return json_answer({"error": "Not found"}, 404)


def _file(name: str) -> Answer:
    path = _FILES.get(name)
    if not path:
        return json_answer({"error": "Not found"}, 404)
    return Answer(path.read_bytes(), 200, _TYPES[path.suffix], [(b"cache-control", b"no-cache")])
