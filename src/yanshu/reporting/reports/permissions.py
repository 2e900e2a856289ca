"""What may be allowed with reports."""

from django.utils.translation import gettext_lazy as _

from yanshu.core.permission import declare

declare("reports.overview", _("See the overview"))
declare("reports.see", _("See the annual report"))
