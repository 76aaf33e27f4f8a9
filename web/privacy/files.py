"""Everything that is kept about somebody, as a file for them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from flask import Response

from matcher.clock import today


def personal_file(data: Mapping[str, Any], name: str) -> Response:
    """``data`` as JSON to be kept, under ``name`` and today's date."""
    response = Response(json.dumps(data, ensure_ascii=False, indent=2), mimetype="application/json")
    filename = f"passerelle-{name}-{today().isoformat()}.json"
    response.headers["Content-Disposition"] = f'attachment; filename="{filename}"'
    return response
