"""What can be loaded into readers: the readers of the system a library had before."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from yanshu.core import importing
from yanshu.core.actor import Actor
from yanshu.readers.patrons import operations
from yanshu.readers.patrons.terms import ReaderData


@importing.declare
class Patrons(importing.Importer):
    """One reader a row, found again by his card; the same file loaded twice changes nothing."""

    kind = "patrons"
    title = _("Readers")
    permission = "patrons.import"
    key = ("card_number",)
    batch_size = 1000
    tried_whole = False
    columns = (
        importing.Column(
            "card_number",
            "读者证号",
            "Card number",
            aliases=("证号", "证件号", "读者证条码", "借书证号"),
            required=True,
            parser=importing.text(max_length=64, pattern=r"\S+"),
            help=_("As the reader's card bears it; the row is found again by it."),
            example="000012345",
        ),
        importing.Column(
            "name",
            "姓名",
            "Name",
            aliases=("读者姓名",),
            required=True,
            parser=importing.text(max_length=60),
            example="何秋月",
        ),
        importing.Column(
            "category",
            "读者类型",
            "Category",
            aliases=("读者类别", "类型"),
            parser=importing.text(max_length=50),
            help=_("Name or code of a category; needed for new readers."),
            example="成人",
        ),
        importing.Column(
            "home_branch",
            "所属馆代码",
            "Home branch",
            aliases=("所属馆", "开户馆", "办证馆", "分馆代码"),
            parser=importing.text(max_length=20),
            help=_("Code of the branch; needed for new readers."),
            example="C",
        ),
        importing.Column(
            "birth_date",
            "出生日期",
            "Date of birth",
            aliases=("生日",),
            parser=importing.day,
            example="1980-05-05",
        ),
        importing.Column(
            "id_number",
            "身份证号",
            "Identity number",
            aliases=("身份证", "身份证号码"),
            parser=importing.text(max_length=30),
            help=_("Kept encrypted; the date of birth is taken from it where none is given."),
        ),
        importing.Column(
            "telephone",
            "手机号",
            "Telephone",
            aliases=("电话", "手机", "联系电话"),
            parser=importing.text(max_length=30),
            example="13800000000",
        ),
        importing.Column(
            "registered_on",
            "办证日期",
            "Registered on",
            aliases=("注册日期", "开户日期"),
            parser=importing.day,
            help=_("The day counts for the figures of its year; today where nothing is entered."),
            example="2016-03-12",
        ),
        importing.Column(
            "expires_on",
            "有效期至",
            "Valid until",
            aliases=("失效日期", "到期日期"),
            parser=importing.day,
            example="2026-03-12",
        ),
        importing.Column("note", "备注", "Note", parser=importing.text(max_length=200)),
    )

    def write(
        self, rows: Sequence[importing.Row], *, actor: Actor, now: datetime
    ) -> Sequence[importing.Outcome]:
        """Load a batch at once."""
        readers = [ReaderData(**row.values) for row in rows]
        return operations.load_readers(readers, actor=actor, now=now)
