"""Names of branches by key, for pages and traces that show many rows."""

from django.utils.translation import get_language

from yanshu.core.remembered import remembered
from yanshu.institution.places.models import Branch


def branch_name(branch_id: int | None) -> str:
    """Return the name of a branch in the language of the page; nothing where no branch is named."""
    if branch_id is None:
        return ""
    chinese, english = branch_names().get(branch_id, ("", ""))
    return english if english and (get_language() or "").startswith("en") else chinese


@remembered(seconds=10)
def branch_names() -> dict[int, tuple[str, str]]:
    """Return the Chinese and English names of all branches."""
    return {
        key: (name, english) for key, name, english in Branch.objects.values_list("id", "name", "name_en")
    }
