"""Loading classes of the Chinese Library Classification below the shipped outline."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from yanshu.collection.catalogue import operations
from yanshu.collection.catalogue.engine.classification import outline
from yanshu.collection.catalogue.models import ClcClass
from yanshu.collection.catalogue.terms import ClassData
from yanshu.core import importing
from yanshu.core.actor import Actor


@importing.declare
class Classes(importing.Importer):
    """Classes with their names; the class above is the longest known beginning of the code if not named."""

    kind = "classes"
    title = _("Classes of the classification")
    permission = "catalogue.import"
    key = ("code",)
    columns = (
        importing.Column(
            "code",
            "分类号",
            "Class",
            aliases=("类号",),
            required=True,
            parser=importing.text(max_length=20),
            example="I247.5",
        ),
        importing.Column(
            "name",
            "类名",
            "Name",
            aliases=("名称",),
            required=True,
            parser=importing.text(max_length=150),
            example="新体长篇、中篇小说",
        ),
        importing.Column(
            "name_en", "英文类名", "English name", parser=importing.text(max_length=200), default=""
        ),
        importing.Column(
            "parent",
            "上位类",
            "Above it",
            aliases=("上级分类号",),
            parser=importing.text(max_length=20),
            default="",
            help=_("Left empty, it is the longest known beginning of the class."),
        ),
    )

    def __init__(self) -> None:
        super().__init__()
        self._codes: set[str] | None = None

    def write(
        self, rows: Sequence[importing.Row], *, actor: Actor, now: datetime
    ) -> Sequence[importing.Outcome]:
        """Write a batch, each class under the one above it."""
        if self._codes is None:
            self._codes = {*outline(), *ClcClass.objects.values_list("code", flat=True)}
        self._codes |= {row["code"] for row in rows}
        classes = [
            ClassData(row["code"], row["name"], row["name_en"], row["parent"] or self._above(row["code"]))
            for row in rows
        ]
        fates = operations.load_classes(classes=classes, actor=actor, now=now)
        return [importing.Outcome(importing.Fate(fate.value)) for fate in fates]

    def _above(self, code: str) -> str:
        known = self._codes or set()
        return next((code[:end] for end in range(len(code) - 1, 0, -1) if code[:end] in known), "")
