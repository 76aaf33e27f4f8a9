"""Static files: the same address in every language, marked with a hash of the content, cached for a year."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from apiflask import APIFlask
from flask import request
from werkzeug.security import safe_join

from web.i18n import ROOT_KEY

YEAR_SECONDS: Final = 365 * 24 * 3600


class Site(APIFlask):
    """The application class: Flask with OpenAPI for the API's blueprints, and lasting static files."""

    def url_for(
        self,
        endpoint: str,
        *,
        _anchor: str | None = None,
        _method: str | None = None,
        _scheme: str | None = None,
        _external: bool | None = None,
        **values: Any,
    ) -> str:
        """Address of ``endpoint``; that of a static file has no language and carries its hash."""
        if endpoint == "static" and "v" not in values and not _external:
            filename = str(values["filename"])
            return f"{request.environ.get(ROOT_KEY, '')}{self.static_url_path}/{filename}?v={self.file_hash(filename)}"
        return super().url_for(
            endpoint, _anchor=_anchor, _method=_method, _scheme=_scheme, _external=_external, **values
        )

    def file_hash(self, filename: str) -> str:
        """First characters of the SHA-256 of a static file; ``missing`` when there is none."""
        path = safe_join(str(self.static_folder), filename)
        if path is None or not Path(path).is_file():
            return "missing"
        return _hash(path, Path(path).stat().st_mtime_ns)

    def get_send_file_max_age(self, filename: str | None) -> int | None:
        """A year for an address that carries the right hash, else whatever a revalidation says."""
        if filename and request.args.get("v") == self.file_hash(filename):
            return YEAR_SECONDS
        return None


@lru_cache(maxsize=512)
def _hash(path: str, _modified_ns: int) -> str:
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()[:12]
