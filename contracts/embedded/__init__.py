"""The embedded chain: an EVM in this process, on loopback, that survives a restart.

It is a development chain of one. It proves to its owner that nothing changed behind his back; to a
third party it proves nothing, because whoever runs it can begin another.
"""

from .node import EmbeddedChain

__all__ = ["EmbeddedChain"]
