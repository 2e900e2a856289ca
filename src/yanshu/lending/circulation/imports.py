"""What can be loaded into lending: policies, and the loans that were open in the former system."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from yanshu.collection.catalogue import queries as catalogue
from yanshu.collection.catalogue.models import ItemCategory
from yanshu.core import clock, importing
from yanshu.core.actor import Actor
from yanshu.institution.places.models import Branch
from yanshu.lending.circulation import operations
from yanshu.lending.circulation.models import Loan, LoanPolicy
from yanshu.lending.circulation.terms import Block
from yanshu.readers.patrons import queries as patrons
from yanshu.readers.patrons.models import PatronCategory


@importing.declare
class Loans(importing.Importer):
    """Open loans of the former system; readers and items must be there already."""

    kind = "loans"
    title = _("Open loans from another system")
    permission = "circulation.import"
    key = ("barcode",)
    tried_whole = False
    columns = (
        importing.Column(
            "card_number", "读者证号", "Card number", aliases=("证号", "借书证号"),
            parser=importing.text(max_length=64), required=True, example="43040012341234",
        ),
        importing.Column(
            "barcode", "册条码", "Barcode", aliases=("条码", "册条码号", "图书条码"),
            parser=importing.text(max_length=40), required=True, example="HY00482213",
        ),
        importing.Column(
            "lent_on", "借出日期", "Lent on", aliases=("借书日期", "借阅日期"),
            parser=importing.day, required=True, example="2019-11-16",
        ),
        importing.Column(
            "due_on", "应还日期", "Due on", aliases=("应还", "到期日期"),
            parser=importing.day, required=True, example="2019-12-16",
        ),
    )  # fmt: skip

    def prepare(self, rows: Sequence[importing.Row]) -> None:
        """Look up cards, items and their open loans for the whole batch."""
        self.holders = patrons.holders_by_number([row["card_number"] for row in rows])
        self.items = catalogue.items_by_barcode([row["barcode"] for row in rows])
        keys = [item_id for group in self.items.values() for item_id in group]
        open_loans = Loan.objects.filter(item_id__in=keys, closed_at__isnull=True)
        self.loans = {loan.item_id: loan for loan in open_loans}

    def write_row(self, row: importing.Row, *, actor: Actor, now: datetime) -> importing.Outcome:
        """Enter one loan, or say why it cannot be."""
        holders = self.holders.get(row["card_number"], frozenset())
        items = self.items.get(row["barcode"], ())
        if flaw := _flaw(row, holders, items, today=clock.business_date(now)):
            return flaw
        (patron_id,) = holders
        known = self.loans.get(items[0])
        if known is not None:
            return _same(known, patron_id, row)
        self.loans[items[0]] = operations.take_over_loan(
            patron_id=patron_id,
            item_id=items[0],
            lent_on=row["lent_on"],
            due_on=row["due_on"],
            actor=actor,
            now=now,
        )
        return importing.CREATED


def _flaw(
    row: importing.Row, holders: Collection[int], items: Collection[int], *, today: date
) -> importing.Outcome | None:
    """Return why a loan cannot be entered, whoever may have the copy."""
    unknown, ambiguous = Block.PATRON_UNKNOWN, _("Readers of two owners have a card with this number.")
    flaws = (
        (not holders, unknown.value, unknown.label),
        (len(holders) > 1, "card-ambiguous", ambiguous),
        (not items, Block.ITEM_UNKNOWN.value, Block.ITEM_UNKNOWN.label),
        (len(items) > 1, "item-ambiguous", _("Two owners have an item with this barcode.")),
        (row["lent_on"] > today, "lent-ahead", _("The day of lending is still to come.")),
        (row["due_on"] < row["lent_on"], "due-before-lent", _("It would be due before it was lent.")),
    )
    return next((importing.rejected(code, label) for holds, code, label in flaws if holds), None)


def _same(loan: Loan, patron_id: int, row: importing.Row) -> importing.Outcome:
    if loan.patron_id != patron_id:
        return importing.rejected(Block.ITEM_ON_LOAN.value, Block.ITEM_ON_LOAN.label)
    if loan.due_on != row["due_on"]:
        return importing.rejected(
            "loan-differs", _("The reader has this item already, with another due date.")
        )
    return importing.UNCHANGED


def _number(name: str, zh: str, en: str, default: int | None) -> importing.Column:
    return importing.Column(name, zh, en, parser=importing.integer(minimum=0, maximum=3650), default=default)


@importing.declare
class Policies(importing.Importer):
    """Lending policies; an empty category or branch means any."""

    kind = "policies"
    title = _("Lending policies")
    permission = "circulation.import"
    key = ("patron_category", "item_category", "branch")
    columns = (
        importing.Column(
            "name", "名称", "Name", parser=importing.text(max_length=100), required=True,
            example="成人外借办法",
        ),
        importing.Column(
            "article", "条款", "Article", parser=importing.text(max_length=60), default="",
            example="第 12 条",
        ),
        importing.Column(
            "patron_category", "读者类型", "Patron category", parser=importing.text(max_length=20),
            default="", help=_("The code of the patron category; empty for all."), example="adult",
        ),
        importing.Column(
            "item_category", "文献类型", "Item category", aliases=("图书类型",),
            parser=importing.text(max_length=20),
            default="", help=_("The code of the item category; empty for all."), example="book",
        ),
        importing.Column(
            "branch", "分馆", "Branch", parser=importing.text(max_length=20), default="",
            help=_("The code of the branch; empty for all."),
        ),
        importing.Column("lendable", "可外借", "Is lent", parser=importing.yes_no, default=True),
        _number("loan_limit", "限借册数", "Open loans in all", 5),
        _number("category_limit", "本类限借册数", "Open loans of this kind", None),
        _number("loan_days", "借期（天）", "Loan period, days", 30),
        _number("renewals", "续借次数", "Renewals", 1),
        _number("renewal_days", "续借期（天）", "Renewal period, days", 30),
        _number("hold_limit", "预约册数", "Holds", 3),
        _number("pickup_days", "预约保留（开馆日）", "Kept on the hold shelf, open days", 3),
        _number("suspension_days_per_day", "超期一天停借（天）", "Days of suspension for a day overdue", 1),
        _number("suspension_most_days", "最长停借（天）", "Longest suspension, days", 90),
        importing.Column("active", "生效", "In force", parser=importing.yes_no, default=True),
    )  # fmt: skip

    def prepare(self, rows: Sequence[importing.Row]) -> None:
        """Look up the codes and the policies in force."""
        del rows
        self.patron_categories = _keys(PatronCategory)
        self.item_categories = _keys(ItemCategory)
        self.branches = _keys(Branch)
        self.known = {
            (row.patron_category_id, row.item_category_id, row.branch_id): row
            for row in LoanPolicy.objects.filter(active=True)
        }

    def write_row(self, row: importing.Row, *, actor: Actor, now: datetime) -> importing.Outcome:
        """Make the policy of a case, or change it."""
        values = {
            name: row[name]
            for name in row.values
            if name not in {"patron_category", "item_category", "branch"}
        }
        for name, keys, label in (
            ("patron_category", self.patron_categories, _("No patron category has this code.")),
            ("item_category", self.item_categories, _("No item category has this code.")),
            ("branch", self.branches, _("No branch has this code.")),
        ):
            code = row[name]
            if code and code not in keys:
                return importing.rejected("unknown-code", label, given=code)
            values[f"{name}_id"] = keys[code] if code else None
        known = self.known.get(
            (values["patron_category_id"], values["item_category_id"], values["branch_id"])
        )
        if known is not None and all(getattr(known, name) == value for name, value in values.items()):
            return importing.UNCHANGED
        operations.set_policy(policy_id=known.pk if known else None, values=values, actor=actor, now=now)
        return importing.UPDATED if known else importing.CREATED


def _keys(model: Any) -> Mapping[str, int]:
    return dict(model.objects.values_list("code", "id"))
