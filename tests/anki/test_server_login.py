"""Addresses of servers, names of users, and the keys that are kept."""

from pathlib import Path

import pytest

from srs.anki.server_address import parse_address
from srs.anki.server_login import Login, check_user, keep_login, read_login
from srs.core.errors import BadInput, TargetError

HERE = parse_address("http://127.0.0.1:8080")


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("http://192.168.1.5:8080", "http://192.168.1.5:8080/"),
        ("HTTP://Desk.Local:8080/", "http://desk.local:8080/"),
        ("https://example.org/anki", "https://example.org:443/anki/"),
        ("http://[::1]:8080/", "http://[::1]:8080/"),
        ("http://desk", "http://desk:80/"),
    ],
)
def test_an_address_has_one_form(text: str, address: str) -> None:
    assert str(parse_address(text)) == address
    assert parse_address(address) == parse_address(text)


@pytest.mark.parametrize(
    "text",
    [
        "", "desk", "desk:8080", "192.168.1.5:8080", "ftp://desk/", "http://", "http://:8080", "http://desk:port/", "http://desk:99999/",
        "http://user:password@desk/", "http://desk/?a=b", "http://desk/#a", "http://de sk/", "http://desk/\r\nX: y", "http://[::1/",
        "https://ankiweb.net", "https://sync.ankiweb.net/", "http://" + "a" * 300 + "/",
    ],
)  # fmt: skip
def test_what_is_no_address_of_ones_own_server_is_refused(text: str) -> None:
    with pytest.raises(BadInput):
        parse_address(text)


def test_a_user_may_have_spaces_but_no_name_that_a_server_mistakes() -> None:
    assert check_user("Kim Lee") == "Kim Lee"
    assert check_user("김") == "김"
    for name in ("", " kim", "a:b", "a/b", "..", ".kim", "a\\b", "a\nb", "x" * 101):
        with pytest.raises(BadInput):
            check_user(name)


def test_a_key_is_kept_for_its_address_alone_and_nobody_else_reads_it(tmp_path: Path) -> None:
    file = tmp_path / "data" / "keys.json"
    assert read_login(file, HERE) is None
    keep_login(file, HERE, Login("Kim Lee", "key"))
    assert file.stat().st_mode & 0o777 == 0o600
    assert read_login(file, HERE) == Login("Kim Lee", "key")
    for other in ("http://127.0.0.1:8081", "https://127.0.0.1:8080", "http://127.0.0.1:8080/anki"):
        assert read_login(file, parse_address(other)) is None
    keep_login(file, parse_address("http://desk"), Login("other", "other"))
    assert read_login(file, HERE) == Login("Kim Lee", "key")


@pytest.mark.parametrize(
    "content",
    [b"", b"\xff", b"[]", b'{"http://127.0.0.1:8080/": 1}', b'{"http://127.0.0.1:8080/": {"user": "a", "key": 1}}'],
)
def test_a_damaged_file_of_keys_asks_for_the_password_again(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "keys.json"
    file.write_bytes(content)
    assert read_login(file, HERE) is None
    keep_login(file, HERE, Login("a", "b"))
    assert read_login(file, HERE) == Login("a", "b")


def test_a_key_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(TargetError):
        keep_login(tmp_path / "file" / "keys.json", HERE, Login("a", "b"))
