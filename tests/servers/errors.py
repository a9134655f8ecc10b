"""The one way in which bringing a server fails: softly, with a reason for the closing line."""


class NotBrought(Exception):
    """A program could not be brought to this machine; the message is the reason, in one line."""

    def __init__(self, program: str, cause: str) -> None:
        self.program = program
        self.cause = " ".join(cause.split())
        super().__init__(f"{program}: {self.cause}")
