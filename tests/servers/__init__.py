"""Real servers for the tests, brought without installing anything on the machine.

`python -m tests.servers` unpacks them under `.servers/`; `find` answers with a path, or skips the
test with the reason why the program is not there.
"""

from .finding import find, located
from .process import Server, free_port

__all__ = ["Server", "find", "free_port", "located"]
