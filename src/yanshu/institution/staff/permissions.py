"""What may be allowed with accounts and the audit log, and what every member of staff sees."""

from django.utils.translation import gettext_lazy as _

from yanshu.core.permission import declare

declare("staff.see", _("See accounts and roles"))
declare("staff.set_account", _("Make and change accounts"))
declare("staff.grant_role", _("Grant roles"))
declare("staff.revoke_role", _("Revoke roles"))
declare("staff.reset_password", _("Reset passwords"))
declare("staff.choose_workplace", _("Choose the branch one works at"))
declare("staff.found", _("Found the library: its first branch and director"))
declare("audit.see", _("See the audit log"))
