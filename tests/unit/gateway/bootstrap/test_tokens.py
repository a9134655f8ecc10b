from pathlib import Path

import pytest

from gateway.bootstrap import secret_in
from gateway.bootstrap.checking import check_settings
from gateway.errors import WrongSetting
from gateway.settings_file import parse_settings

FILE = Path("gateway.toml")


@pytest.mark.parametrize("key", ["token_file", "ingest_token_file"])
@pytest.mark.parametrize("content", ["", " \n"])
def test_empty_token_would_open_what_it_is_to_close_and_is_refused(
    tmp_path: Path, key: str, content: str
) -> None:
    token = tmp_path / "token"
    token.write_text(content, encoding="utf-8")
    settings = parse_settings({"web": {key: str(token)}}, FILE)
    with pytest.raises(WrongSetting, match=f"web.{key}"):
        check_settings(settings, FILE)
    token.write_text("secret\n", encoding="utf-8")
    check_settings(settings, FILE)
    assert secret_in(str(token)) == "secret"
