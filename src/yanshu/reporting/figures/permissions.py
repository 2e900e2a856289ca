"""What may be allowed with figures."""

from django.utils.translation import gettext_lazy as _

from yanshu.core.permission import declare

declare("figures.see", _("See figures and the rows behind them"))
declare("figures.export", _("Take the rows behind a figure out as a file"))
declare("figures.set_selection", _("Make and change selections"))
declare("figures.import_stated", _("Enter and load printed figures"))
declare("figures.rebuild", _("Sum the daily roll-ups anew"))
