from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CoreConfig(AppConfig):
    name = "yanshu.core"
    label = "core"
    verbose_name = _("Kernel")

    def ready(self) -> None:
        """Let every app's declarations be found: operations, indicators, subscribers, imports, exports."""
        from yanshu.core.discovery import discover

        discover()
