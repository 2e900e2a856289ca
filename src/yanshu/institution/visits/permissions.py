"""The permissions of visits."""

from django.utils.translation import gettext_lazy as _

from yanshu.core.permission import declare

declare("visits.see", _("See gate readings"))
declare("visits.record", _("Enter gate readings"))
declare("visits.correct", _("Correct gate readings"))
declare("visits.make_gate", _("Enter a gate"))
declare("visits.change_gate", _("Change a gate"))
declare("visits.calibrate", _("Calibrate a gate"))
declare("visits.export", _("Export gate readings"))
