import gzip
from collections import Counter
from pathlib import Path

import pymarc
import pytest
from hypothesis import given
from hypothesis import strategies as st

from yanshu.collection.catalogue.engine import iso2709
from yanshu.demo.base_records import SETS, base_records
from yanshu.demo.books import books, record_of
from yanshu.demo.stock_terms import LOCATIONS
from yanshu.demo.variants import NOTE, variant, variations
from yanshu.demo.year_split import split_year

SHARED = Path(__file__).parents[2].parent / "shared"


def test_the_year_brings_what_the_report_says(year):
    stock, targets = year.plan.stock, year.scenario.stock
    bought = [
        copy
        for copy in stock.copies
        if copy.origin == "purchase" and copy.accessioned_on.year == year.scenario.year
    ]

    assert len(bought) == targets.bought_copies
    assert len({copy.title for copy in bought}) == targets.bought_titles


def test_the_year_releases_what_the_report_says(year):
    stock, targets, this_year = year.plan.stock, year.scenario.stock, year.scenario.year
    released = {t.number for t in stock.titles if t.released_on and t.released_on.year == this_year}
    copies = [copy for copy in stock.copies if copy.title in released and copy.origin == "purchase"]

    assert len(released) == targets.released_titles
    assert len(copies) == targets.released_copies
    assert all(copy.released_on.year == this_year for copy in copies)


def test_holdings_are_met_by_origin(year):
    stock, targets = year.plan.stock, year.scenario.stock

    assert len(stock.titles) == targets.titles
    assert len(stock.copies) == targets.items
    assert +Counter(copy.origin for copy in stock.copies) == +Counter(targets.by_origin)


def test_every_title_has_a_copy_and_every_copy_a_shelf(year):
    stock = year.plan.stock
    assert {copy.title for copy in stock.copies} == set(range(len(stock.titles)))
    assert {copy.location for copy in stock.copies} <= set(LOCATIONS)
    assert all(copy.branch == 0 for copy in stock.copies if copy.location != "open")


def test_copies_are_numbered_in_the_order_of_accession(year):
    copies = year.plan.stock.copies
    barcodes = [copy.barcode for copy in copies]
    days = [copy.accessioned_on for copy in copies]

    assert len(set(barcodes)) == len(barcodes)
    assert len({copy.accession_number for copy in copies}) == len(copies)
    assert barcodes == sorted(barcodes)
    assert days == sorted(days)


def test_nothing_is_released_before_it_came(year):
    for copy in year.plan.stock.copies:
        assert copy.released_on is None or copy.released_on >= copy.accessioned_on


def test_call_numbers_run_within_a_class(year):
    titles = year.plan.stock.titles
    numbers = Counter()
    for title in titles:
        numbers[title.clc] += 1
        assert title.call_number == f"{title.clc}/{numbers[title.clc]}"


def test_every_record_is_read_by_another_reader_of_marc(play):
    plan = play("riverside-2024", 0.02).plan
    for book in books(plan.stock.titles):
        (record,) = pymarc.MARCReader(iso2709.write(book.record))
        assert record is not None
        assert record["001"].data.strip() == book.plan.control_number.strip()
        assert record["084"]["a"] == book.plan.clc
        if book.plan.variation is None:
            continue
        assert NOTE in [field["a"] for field in record.get_fields("500")]
        assert not record.get_fields("020", "010", "035")
        assert record["008"].data[7:11] == str(book.plan.year)


def test_titles_differ_and_so_do_control_numbers(play):
    titles = play("hengyang-2019", 0.02).plan.stock.titles
    shown = [(str(r.first("245")), r.value("250", "a"), r.value("260", "c")) for r in map(record_of, titles)]

    assert len(set(shown)) == len(shown)
    assert len({title.control_number for title in titles}) == len(titles)


def test_a_variant_changes_both_scripts_alike():
    base = next(base for base in base_records() if base.language == "chi" and base.linked)
    wanted = next(v for v in variations("chi") if v.subtitle.script == "图文本" and v.volume.script == "上册")

    record = variant(base, wanted, number="X1", clc="I28", year=2018)

    assert "tu wen ben" in record.value("245", "b")
    assert "shang ce" in record.value("245", "n")
    original = next(f for f in record.all("880") if f.first("6").startswith("245"))
    assert original.all("bn")[-2:] == ["图文本.", "上册 /"]
    assert record.value("260", "c") == "2018."
    assert record.value("084", "a") == "I28"


def test_a_variant_for_children_says_so():
    base = next(base for base in base_records() if base.language == "chi" and not base.juvenile)
    wanted = next(v for v in variations("chi") if v.juvenile)

    assert variant(base, wanted, number="X1", clc="I28", year=2018).control("008")[22] == "j"


def test_the_records_are_those_of_the_public_domain_sets():
    bases = base_records()

    assert Counter(base.language for base in bases).most_common(2) == [("chi", 4000), ("eng", 1500)]
    assert len(bases) == 5800
    assert len({base.record.control("001") for base in bases}) == len(bases)


@pytest.mark.shared
@pytest.mark.parametrize("name", SETS)
def test_the_packed_sets_are_the_shared_ones(name):
    source = SHARED / "data" / "marc21-lc" / f"{name}.utf8.mrc"
    if not source.exists():
        pytest.skip(f"{source.name} does not lie beside the checkout")
    packed = Path(__file__).parents[2] / "src" / "yanshu" / "demo" / "data" / f"{name}.mrc.gz"

    assert gzip.decompress(packed.read_bytes()) == source.read_bytes()
    # No name and no time stand in the header: the same records, the same bytes.
    assert packed.read_bytes()[3:8] == b"\x00" * 5


pairs = st.integers(0, 300).flatmap(lambda t: st.tuples(st.just(t), st.integers(t, 3 * t)))


@given(pairs, pairs)
def test_bought_and_released_are_split_exactly_or_refused(bought, released):
    try:
        both, waiting, carried = split_year(bought, released)
    except ValueError:
        return

    assert (both[0] + waiting[0], both[1] + waiting[1]) == bought
    assert (both[0] + carried[0], both[1] + carried[1]) == released
    assert all(titles <= copies for titles, copies in (both, waiting, carried))


@pytest.mark.parametrize(
    ("bought", "released"),
    [((12_512, 20_809), (11_704, 19_536)), ((611, 940), (655, 1_013)), ((9, 9), (9, 9))],
)
def test_usual_years_can_be_split(bought, released):
    assert sum(titles for titles, _ in split_year(bought, released)) >= max(bought[0], released[0])
