"""What the processor can do that encoding may use."""

from __future__ import annotations

from pathlib import Path
from typing import Final

#: Where Linux tells what the processor can do; other systems have no such file.
CPUINFO: Final = Path("/proc/cpuinfo")

#: Names of the instructions that multiply bfloat16 matrices: AVX-512 and AMX of x86, and "bf16" of ARMv8.6. Without
#: them PyTorch works in bfloat16 all the same, and slower than in float32.
_FLAGS: Final = frozenset({"avx512_bf16", "amx_bf16", "bf16"})


def has_bfloat16(cpuinfo: Path = CPUINFO) -> bool:
    """Whether the processor multiplies bfloat16 by itself; False where that cannot be told."""
    try:
        lines = cpuinfo.read_text("ascii", errors="replace").splitlines()
    except OSError:
        return False
    flags = next((line for line in lines if line.startswith(("flags", "Features"))), "")
    return not _FLAGS.isdisjoint(flags.split())
