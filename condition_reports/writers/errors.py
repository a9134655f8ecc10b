"""Why a writer gives no draft. `code` is what reports and counters name as the reason."""

from __future__ import annotations

from twins.errors import ConfigurationFault, TransientFault


class NoDraft(TransientFault):
    """A model gave no draft this time; the template's text is released instead.

    Attributes:
        code: What went wrong, such as server_timeout or answer_not_json.
        found: What was found, for people.
    """

    def __init__(self, code: str, found: str) -> None:
        self.code = code
        self.found = found
        super().__init__(f"no draft, {code}: {found}; the template's text is released instead")


class UnusableModel(ConfigurationFault):
    """No model can be had as it is configured; a person must change a setting or a file.

    Attributes:
        code: What is wrong, such as model_missing or server_refused_key.
        found: What was found, and what to do.
    """

    def __init__(self, code: str, found: str) -> None:
        self.code = code
        self.found = found
        super().__init__(f"no model, {code}: {found}")
