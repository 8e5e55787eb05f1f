"""A plugin as people have it: a package of its own, built and installed, that works, breaks and changes its mind."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.outbox.package import DECLARED, install
from tests.outbox.peers import Mailbox, smtp
from tests.outbox.post import SHOP, TEMPLATES, Post, mail
from voronka.dsl.check.workspace import check_text
from voronka.engine.host import queries
from voronka.engine.program.build import Programs
from voronka.engine.program.declared import declaration, mentioned
from voronka.engine.store.verify import verify
from voronka.stdlib.library import library


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return install(tmp_path_factory.mktemp("built") / "shop-labels", tmp_path_factory.mktemp("target"))


@pytest.fixture
def there(installed: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The package can be imported."""
    monkeypatch.syspath_prepend(str(installed))
    importlib.invalidate_caches()
    declaration.cache_clear()
    yield installed / "shop_labels"
    (installed / "shop_labels/done.txt").unlink(missing_ok=True)
    (installed / "shop_labels/voronka.toml").write_text(DECLARED)
    for name in [name for name in sys.modules if name.startswith("shop_labels")]:
        del sys.modules[name]
    declaration.cache_clear()


def test_an_installed_plugin_is_called_by_its_name(there: Path) -> None:
    with Post() as post:
        number = post.greet("run", name="Ира")
        post.deliver()
        (effect,) = post.effects()
        assert (effect.status, effect.error) == ("sent", None)
        assert (there / "done.txt").read_text() == f"office.1.{number}.{effect.version}.{effect.part} Ира\n"
        assert effect.intent["args"] == {"name": "Ира"}


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("raise", "расширение shop.label упало: ValueError"),
        ("leave", "SystemExit"),
        ("hang", "не завершилось за 0.3 с"),
        ("nonsense", "ответило «int»"),
        ("recurse", "RecursionError"),
    ],
)
def test_whatever_a_plugin_does_others_deliver(name: str, said: str, there: Path) -> None:
    mailbox = Mailbox()
    settings = '[channels.run]\ntimeout = "300 ms"\n[delivery]\nattempts = 1\n'
    with smtp(mailbox) as port, Post(mail(port) + settings) as post:
        bad = post.greet("run", name=name)
        post.greet("run", name="Оля")
        post.greet("greeted", name="Ира")
        post.deliver()
        assert post.statuses() == ["dead", "sent", "sent"]
        (incident,) = queries.list_incidents(post.store)
        assert (incident.kind, incident.deal) == ("plugin", bad)
        assert said in incident.data["error"]
        assert "secret" not in str(incident.data)
        assert verify(post.store).ok


@pytest.mark.parametrize(
    ("declared", "said"),
    [
        ('[print]\nname = "text"\n', "нет label"),
        ('[label]\ntitle = "text"\n', "нет name, есть title"),
        ('[label]\nname = "text"\ncopies = "integer"\n', "нужно copies"),
        ('[label]\nname = "number"\n', "name — не number"),
        ('[label]\nname = "song"\n', "неизвестный тип song"),
        ("[label\n", "voronka.toml расширения shop"),
    ],
)
def test_what_a_plugin_does_not_take_it_is_not_given(declared: str, said: str, there: Path) -> None:
    (there / "voronka.toml").write_text(declared)
    with Post() as post:
        post.greet("run", name="Ира")
        post.deliver()
        (incident,) = queries.list_incidents(post.store)
        assert said in incident.data["error"]
        assert post.statuses() == ["dead"]
        assert not (there / "done.txt").exists()


def identity(text: str) -> str:
    checked = check_text("shop.pipeline", text, library(), TEMPLATES)
    assert checked.definition is not None
    return Programs(checked.definition).hash


def test_what_a_plugin_declares_is_part_of_the_identity_of_definitions_that_run_it(there: Path) -> None:
    idle = SHOP.replace("run shop.label { name = name }", "")
    before, without = identity(SHOP), identity(idle)
    (there / "voronka.toml").write_text(DECLARED + 'colour = "text?"\n')
    declaration.cache_clear()
    assert identity(SHOP) != before
    assert identity(idle) == without
    assert "shop_labels.actions" not in sys.modules, "nothing of it was run for that"


def test_plugins_are_found_by_the_sentences_that_run_them() -> None:
    assert mentioned(["run shop.label { }", "robot runner { run  sap.order }", "trun x.y"]) == ["sap", "shop"]
