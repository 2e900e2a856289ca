"""Readings from files: each row once, differences said, sums that balance."""

import pytest

from institution.places.places_world import NOW, SYSTEM
from institution.visits.visits_world import two_gates
from yanshu.core import exporting, importing
from yanshu.institution.visits.models import GateReading

pytestmark = pytest.mark.django_db
HEAD = "门禁代码,日期,小时,进馆,出馆,数据性质\n"


@pytest.fixture
def load(tmp_path):
    two_gates()

    def run(text, encoding="utf-8"):
        path = tmp_path / "visits.csv"
        path.write_bytes(text.encode(encoding))
        return importing.load("visits", path, actor=SYSTEM, tick=lambda: NOW).as_dict()

    return run


def counts(report) -> tuple[int, ...]:
    return (*tuple(report[key] for key in ("read", "created", "unchanged")), len(report["rejected"]))


def test_a_file_loaded_twice_counts_once(load):
    text = f"{HEAD}C1,2019-03-19,9,100,90,实测\nC1,2019/3/19,10:00,50,,\nN1,2019-03-19,9时,7,,估计\n"
    assert counts(load(text, "gb18030")) == (3, 3, 0, 0)
    assert counts(load(f"{text}\n", "utf-8")) == (3, 0, 3, 0)
    kept = GateReading.objects.order_by("pk").values_list("corrected", "quality", "source")
    assert list(kept) == [(96, "measured", "file"), (48, "measured", "file"), (7, "estimated", "file")]


def test_every_rejected_row_says_why(load):
    load(f"{HEAD}C1,2019-03-19,9,100,90,实测\n")
    report = load(
        f"{HEAD}C1,2019-03-19,9,110,90,实测\nX9,2019-03-19,9,1,,\nC1,2019-03-19,24,1,,\n"
        "C1,2019-03-19,9:30,1,,\nC1,2018-03-19,9,1,,\nC1,2019-03-19,11,1,,故障\n"
    )
    assert counts(report) == (6, 0, 0, 6)
    assert [row["row"] for row in report["rejected"]] == [1, 2, 3, 4, 5, 6]
    assert "+10" in report["rejected"][0]["reason"]


def test_the_ledger_goes_out_whole(load, tmp_path):
    load(f"{HEAD}C1,2019-03-19,9,100,90,实测\n")
    path = tmp_path / "out.json"
    assert exporting.write("visits", "json", actor=SYSTEM, now=NOW, path=path) == 1
    assert '"visits": 96' in path.read_text(encoding="utf-8")
