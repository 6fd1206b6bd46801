"""A start that cannot go on says what to do, in one sentence."""

import sys
from pathlib import Path

import pytest

from deploy import bootstrap


def failing(words: str) -> list[str]:
    return [sys.executable, "-c", f"import sys; sys.stderr.write({words!r}); sys.exit(1)"]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("error: No space left on device (os error 28)", "Ổ đĩa đã đầy"),
        ("error sending request for url: dns error", "Không tới được kho gói"),
        ("Could not find a version that satisfies uv", "Không tới được kho gói"),
        ("Hash mismatch for aiohttp", "không khớp mã băm"),
        ("something else altogether", "Không xong bước: cài thử"),
    ],
)
def test_a_failed_step_ends_with_a_sentence(
    words: str, sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stopped:
        bootstrap.quietly(failing(words), "cài thử")
    assert stopped.value.code == 1
    said = capsys.readouterr().err
    assert sentence in said
    assert "Traceback" not in said


def test_a_missing_python_3_10_says_how_to_get_one(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setattr(bootstrap, "pyenv_pythons", list)
    monkeypatch.setattr(bootstrap.shutil, "which", lambda _name: None)
    monkeypatch.delenv("LACHAN_PYTHON310", raising=False)
    nothing = tmp_path / "uv"
    nothing.write_text("#!/bin/sh\nexit 1\n")
    nothing.chmod(0o755)
    with pytest.raises(SystemExit):
        bootstrap.find_python(str(nothing), "nlu")
    said = capsys.readouterr().err
    assert "Python 3.10" in said
    assert "LACHAN_PYTHON310" in said


def test_this_machine_has_both_pythons() -> None:
    assert bootstrap.version_of(bootstrap.find_python("/bin/false", "product"))[:2] >= (3, 11)


def test_a_full_disk_is_noticed_before_anything_is_installed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "requirements.lock").write_text("x==1\n")
    monkeypatch.setattr(bootstrap, "ROOT", tmp_path)
    monkeypatch.setitem(bootstrap.NEEDED_BYTES, "product", 10**18)
    with pytest.raises(SystemExit):
        bootstrap.make_environment("product", dev=False)
    assert "không đủ chỗ" in capsys.readouterr().err
