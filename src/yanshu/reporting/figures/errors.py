"""How figures say no."""

from django.utils.translation import gettext_lazy as _

from yanshu.core.refusal import NotFound, Reason


class UnknownFigure(NotFound):
    """No app declares a figure of this code, and no selection bears it."""

    def __init__(self, *codes: str) -> None:
        self.unknown = codes
        super().__init__(
            Reason(
                code="unknown-figure",
                label=_("There is no figure “%(code)s”.") % {"code": code},
                facts={"code": code},
            )
            for code in codes
        )
