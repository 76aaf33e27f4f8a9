"""Pictures that people send: checked by their bytes, made small, and written anew without what cameras add.

Nothing of the file that was sent is kept: places and names in its metadata, and whatever was hidden behind the
picture, are gone.
"""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass, field
from typing import Final

from matcher.postings.problems import DraftProblems, FieldProblem, ProblemCode

#: Bytes of a file that is accepted.
MAX_BYTES: Final = 2 * 1024 * 1024
#: Width or height of a picture that is stored. Chosen: sharp on a large screen, some 200 kB.
MAX_SIDE: Final = 1600
#: Pixels that a file may unpack to: 40 million take 160 MB for a moment. Chosen: more than any telephone makes.
MAX_PIXELS: Final = 40_000_000
FORMATS: Final = ("PNG", "JPEG", "WEBP")
QUALITY: Final = 82
MIMETYPE: Final = "image/webp"


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as it is stored."""

    content: bytes = field(repr=False)
    mimetype: str = MIMETYPE


def read_picture(content: bytes, field_name: str = "picture") -> Picture:
    """The picture in a file, at most :data:`MAX_SIDE` wide and high, as WebP.

    Raises DraftProblems for a file that is too large, no PNG, JPEG or WebP, damaged, or of too many pixels.
    Cost: some 0.2 s for a photograph of 12 million pixels.
    """
    # Imported here: Pillow takes a tenth of a second that other pages need not pay.
    from PIL import Image, ImageOps  # noqa: PLC0415

    if len(content) > MAX_BYTES:
        params: dict[str, int | str] = {"maximum": MAX_BYTES // (1024 * 1024)}
        raise DraftProblems([FieldProblem(field_name, ProblemCode.FILE_TOO_LARGE, params)])
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about sizes, which are checked below
            with Image.open(io.BytesIO(content), formats=FORMATS) as opened:
                if opened.width * opened.height > MAX_PIXELS:
                    raise ValueError("too many pixels")
                turned = ImageOps.exif_transpose(opened)
        turned.thumbnail((MAX_SIDE, MAX_SIDE))
        plain = turned.convert("RGBA" if turned.has_transparency_data else "RGB")
        file = io.BytesIO()
        plain.save(file, "WEBP", quality=QUALITY)
    except Exception as error:  # Pillow raises whatever its decoders meet
        raise DraftProblems([FieldProblem(field_name, ProblemCode.BAD_PICTURE)]) from error
    return Picture(file.getvalue())
