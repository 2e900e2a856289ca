"""The permissions of places."""

from django.utils.translation import gettext_lazy as _

from yanshu.core.permission import declare

declare("places.see", _("See branches, calendars and closure orders at the desk"))
declare("places.see_terminals", _("See terminals and their settings"))
declare("places.make_library", _("Enter a library"))
declare("places.change_library", _("Change a library"))
declare("places.make_branch", _("Enter a branch"))
declare("places.change_branch", _("Change a branch"))
declare("places.make_location", _("Enter a shelving location"))
declare("places.change_location", _("Change a shelving location"))
declare("places.make_service_point", _("Enter a service point"))
declare("places.change_service_point", _("Change a service point"))
declare("places.make_terminal", _("Enter a terminal"))
declare("places.change_terminal", _("Change a terminal"))
declare("places.renew_terminal_key", _("Give a terminal a new key"))
declare("places.set_week", _("Set weekly opening hours"))
declare("places.set_exception", _("Let a day depart from the week"))
declare("places.remove_exception", _("Let a day go by its week again"))
declare("places.load_holidays", _("Load the public holidays of a year"))
declare("places.set_holiday", _("Enter a public holiday"))
declare("places.order_closure", _("Order a closure"))
declare("places.move_reopening", _("Move the day of reopening"))
declare("places.revoke_closure", _("Revoke a closure order"))
declare("places.restore_closure", _("Restore a revoked closure order"))
declare("places.import", _("Import branches, locations and calendar days"))
declare("places.export", _("Export branches, locations and calendar days"))
