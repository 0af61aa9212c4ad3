"""One case, one code: what a camera reads is what was meant."""

import pytest

from documents.case_code import as_path, as_png, dark_runs
from documents.masking import masked
from tests.documents.programs import run

URL = "https://fengqiao.example/c/ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def test_a_camera_reads_the_picture(tmp_path):
    (tmp_path / "code.png").write_bytes(as_png(URL))

    _code, out = run("zbarimg", "-q", "--raw", tmp_path / "code.png")

    assert out.splitlines()[0] == URL


def test_neighbouring_cells_are_drawn_as_one_run():
    assert dark_runs(bytes([1, 1, 0, 1])) == [(0, 2), (3, 1)]
    runs, step = as_path(URL, size=100)
    assert all(x >= 0 and x + length <= 100.01 and 0 <= y <= 100 - step for x, y, length in runs)


@pytest.mark.parametrize(
    ("name", "shown"),
    [("王", "王*"), ("张三", "张*"), ("王𬱖㛃", "王*㛃"), ("欧阳小明", "欧**明"), ("", "*")],
)
def test_a_name_is_shown_to_strangers_without_its_middle(name, shown):
    assert masked(name) == shown
