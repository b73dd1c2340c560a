"""Every file of configs/fixes for a server that Debian has repairs its fault on that server, and changes nothing else."""

from __future__ import annotations

import pytest
from support.bench import FIXES, Bench
from support.repairs_passage import PASSAGE
from support.repairs_serving import SERVING

REPAIRS = PASSAGE + SERVING

#: What is no setting of a server we can start, and says so itself.
TEXTS = sorted(file.name for file in FIXES.glob("*.txt"))


@pytest.fixture
def bench(stage, wordpress, certificates):
    made = Bench(stage, wordpress, certificates)
    yield made
    made.close()


def test_every_file_is_tried_here_or_says_that_it_is_not_tested():
    assert sorted([repair.file for repair in REPAIRS] + TEXTS) == sorted(file.name for file in FIXES.iterdir())
    for name in TEXTS:
        assert "Not tested here:" in (FIXES / name).read_text()


@pytest.mark.parametrize("file", sorted(FIXES.iterdir()), ids=lambda file: file.name)
def test_every_file_says_what_it_does_where_it_belongs_and_who_says_so(file):
    said = file.read_text()
    assert "Source:" in said and ("Where:" in said or file.suffix == ".txt")
    assert all(len(row) <= 130 for row in said.splitlines())


@pytest.mark.parametrize("repair", REPAIRS, ids=lambda repair: repair.file)
def test_the_fault_is_there_without_the_file_and_gone_with_it(bench, repair):
    broken = repair.start(bench, None)
    assert repair.fault(bench, broken)
    before = repair.healthy(bench, broken)
    bench.close()
    repaired = repair.start(bench, FIXES / repair.file)
    assert not repair.fault(bench, repaired)
    assert repair.healthy(bench, repaired) == before
