"""The interpreter's recursion limit, which the chain's libraries raise when they are imported.

py_ecc, which eth_account imports, sets it to 100,000: more than the C stack holds, so that a deeply
nested JSON text from anybody would end the process instead of raising RecursionError.
"""

from __future__ import annotations

import sys

RECURSION_LIMIT = 12_288
"""What py-evm needs for 1,024 nested calls; JSON parsers keep within the stack at this depth."""


def limit_recursion() -> None:
    """Take the limit back to what is needed; call it behind the imports of such a library."""
    sys.setrecursionlimit(RECURSION_LIMIT)
