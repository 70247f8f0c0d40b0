"""What a run depends on, besides its workspace."""

from __future__ import annotations

import sys

from mailweave_plugins.bulk.fingerprint import software

from .conftest import install


def test_code_that_changes_under_its_version_is_noticed(tmp_path, monkeypatch):
    for name in ("acme_file", "acme_package"):
        install(monkeypatch, tmp_path, name, "")
    (tmp_path / "acme_package.py").unlink()
    (tmp_path / "acme_package/data").mkdir(parents=True)
    (tmp_path / "acme_package/__init__.py").touch()
    monkeypatch.setattr(sys, "path", [*sys.path, str(tmp_path)])
    before = software()
    assert {"code of mailweave", "code of acme-file", "code of acme-package", "version of acme-file", "version of tzdata"} <= before.keys()
    (tmp_path / "acme_package/__pycache__").mkdir()
    (tmp_path / "acme_package/__pycache__/a.pyc").write_bytes(b"1")
    (tmp_path / "acme_package/.hidden").write_bytes(b"1")
    assert software() == before
    (tmp_path / "acme_file.py").write_text("x = 1")
    (tmp_path / "acme_package/data/table.json").write_text("{}")
    after = software()
    assert sorted(name for name in before if before[name] != after[name]) == ["code of acme-file", "code of acme-package"]
