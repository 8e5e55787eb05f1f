"""`doctor` says what is wrong and what to do, and never a secret."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.daemon.place import Running, voronka
from tests.engine_care.conftest import LATER, NOW
from tests.outbox.peers import Mailbox, smtp
from voronka.engine.care import doctor

SECRET = "canary-p4ssword"


def looked(shop: Path, code: int, **more: str) -> dict[str, dict[str, Any]]:
    """What it found, by topic."""
    done = voronka(shop, "doctor", "--json", **{"VORONKA_NOW": LATER, **more})
    assert done.returncode == code, done.stdout + done.stderr
    assert SECRET not in done.stdout + done.stderr
    data = json.loads(done.stdout)
    assert data["ok"] is (code == 0)
    found = {one["topic"]: one for one in data["findings"]}
    assert all(one["help"] for one in found.values() if one["level"] != "ok")
    return found


def test_a_sound_shop(shop: Path) -> None:
    found = looked(shop, 0)
    assert {"python", "sqlite", "disk", "fsync", "permissions", "daemon", "time zones", "clock", "ntp"} <= set(found)
    assert found["fsync"]["data"]["median_ms"] > 0
    with Running(shop, VORONKA_NOW=NOW) as running:
        assert looked(shop, 0)["daemon"]["data"] == {"running": True}
        running.kill()
    assert looked(shop, 0)["daemon"]["level"] == "note"


@pytest.mark.parametrize(
    ("version", "bug"),
    [
        ((3, 40, 1), True),
        ((3, 44, 5), True),
        ((3, 44, 6), False),
        ((3, 50, 7), False),
        ((3, 51, 2), True),
        ((3, 51, 3), False),
        ((3, 53, 0), False),
    ],
)
def test_the_bug_of_sqlite(version: tuple[int, int, int], bug: bool) -> None:
    found = doctor.sqlite(*version)
    assert found.data is not None
    assert found.data["wal_reset_bug"] is bug
    assert bool(found.help.en) is bug


def test_the_clock(shop: Path) -> None:
    assert looked(shop, 1, VORONKA_NOW="2026-11-20T10:00:00+03:00")["clock"]["data"]["behind_seconds"] > 200_000
    assert doctor.synchronised(lambda: True).level == "ok"
    assert doctor.synchronised(lambda: False).help.en
    assert doctor.synchronised(lambda: None).data == {"synchronised": None}


def test_the_mail_server_is_greeted_and_gets_no_letter(shop: Path) -> None:
    class Strict(Mailbox):
        def authenticate(self, server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> Any:
            from aiosmtpd.smtp import AuthResult

            good = data.password.decode() == SECRET
            return AuthResult(success=good, handled=good, message=None if good else f"535 not {data.password.decode()}")

    mailbox = Strict()
    auth = {"authenticator": mailbox.authenticate, "auth_require_tls": False}
    with smtp(mailbox, **auth) as port:
        (shop / "voronka.toml").write_text(
            f'language = "en"\n[channels.email]\nhost = "127.0.0.1"\nport = {port}\nfrom = "a@example.org"\n'
            'security = "none"\nuser = "shop"\npassword = { secret = "SMTP" }\n',
            encoding="utf-8",
        )
        missing = looked(shop, 1)
        assert missing["secrets"]["data"] == {"named": ["SMTP"], "missing": ["SMTP"]}
        (shop / "maps").mkdir()
        bank = shop / "maps/bank.toml"
        bank.write_text('[signature]\nscheme = "standard"\nsecret = { secret = "BANK" }\n[[event]]\nname = "paid"\n')
        assert looked(shop, 1, SMTP=SECRET)["secrets"]["data"] == {"named": ["BANK", "SMTP"], "missing": ["BANK"]}
        bank.write_text("[[event]]\nname = 5\n")
        assert "maps/bank.toml" in looked(shop, 1, SMTP=SECRET)["settings"]["text"]
        bank.unlink()
        good = looked(shop, 0, SMTP=SECRET)
        assert good["smtp"]["data"] == {"configured": True, "reached": True}
        refused = looked(shop, 1, SMTP="canary-wrong")["smtp"]
        assert refused["data"]["reached"] is False
        assert "canary-wrong" not in str(refused)
        assert mailbox.letters == []
    gone = looked(shop, 1, SMTP=SECRET)
    assert gone["smtp"]["level"] == "trouble"


def test_a_hold_a_bad_setting_and_no_store(shop: Path, tmp_path: Path) -> None:
    assert voronka(shop, "store", "backup", "b.db").returncode == 0
    assert voronka(shop, "store", "restore", "b.db", VORONKA_NOW=LATER).returncode == 0
    assert looked(shop, 1)["outbox"]["help"] == "voronka store resume"
    (shop / "voronka.toml").write_text('language = "en"\n[channels.email]\nprot = 1\n', encoding="utf-8")
    assert looked(shop, 1)["settings"]["level"] == "trouble"
    (shop / "voronka.toml").write_text('language = "en"\nstore = "new.db"\n', encoding="utf-8")
    assert looked(shop, 0)["store"]["level"] == "note"
    (shop / "new.db").write_text("hello")
    assert looked(shop, 1)["store"]["level"] == "trouble"


def test_others_who_may_read(shop: Path) -> None:
    (shop / "voronka.db").chmod(0o644)
    assert looked(shop, 0)["permissions"]["help"].startswith("chmod")


def test_kinds_of_disk() -> None:
    assert doctor.file_system(Path("/proc")) == "proc"
    assert doctor.file_system(Path("/proc/self")) == "proc"
