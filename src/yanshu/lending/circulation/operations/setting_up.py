"""What a library that has just been founded needs to lend its first book."""

from datetime import datetime

from django.utils.translation import gettext as _

from yanshu.collection.catalogue import operations as catalogue
from yanshu.collection.catalogue.models import ItemCategory
from yanshu.collection.catalogue.terms import Medium
from yanshu.core.actor import Actor
from yanshu.core.operation import operation
from yanshu.lending.circulation.models import LoanPolicy
from yanshu.lending.circulation.operations.policies import set_policy
from yanshu.readers.patrons import operations as patrons
from yanshu.readers.patrons.models import PatronCategory
from yanshu.readers.patrons.terms import CategoryKind

CHILD_TO, SENIOR_FROM = 14, 60


@operation("circulation.set_up")
def make_usual_rules(*, actor: Actor, now: datetime) -> LoanPolicy | None:
    """Make the usual patron and item categories and one lending policy, where there are none yet.

    Everything made here is data of the library, to be changed on the pages for it.
    """
    if not PatronCategory.objects.exists():
        for values in _patron_categories():
            patrons.set_category(values=values, actor=actor, now=now)
    if not ItemCategory.objects.exists():
        for values in _item_categories():
            catalogue.set_category(values=values, actor=actor, now=now)
    if LoanPolicy.objects.exists():
        return None
    return set_policy(
        values={"name": _("Lending regulations"), "article": _("article 1"), "loan_limit": 5},
        actor=actor,
        now=now,
    )


def _patron_categories() -> list[dict[str, object]]:
    return [
        {"code": "adult", "name": _("Adult"), "kind": CategoryKind.ADULT, "youngest": CHILD_TO + 1},
        {"code": "child", "name": _("Child"), "kind": CategoryKind.CHILD, "oldest": CHILD_TO},
        {"code": "senior", "name": _("Senior"), "kind": CategoryKind.SENIOR, "youngest": SENIOR_FROM},
        {
            "code": "visually_impaired",
            "name": _("Visually impaired reader"),
            "kind": CategoryKind.VISUALLY_IMPAIRED,
        },
    ]


def _item_categories() -> list[dict[str, object]]:
    return [
        {"code": "book", "name": _("Book"), "medium": Medium.PRINT},
        {"code": "child", "name": _("Children's book"), "medium": Medium.PRINT},
        {"code": "reference", "name": _("Reference book"), "medium": Medium.PRINT, "lendable": False},
        {"code": "av", "name": _("Audiovisual"), "medium": Medium.AUDIOVISUAL},
    ]
