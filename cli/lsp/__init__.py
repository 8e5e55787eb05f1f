"""The language server: pygls between an editor and voronka.dsl.ide; nothing is decided here."""
