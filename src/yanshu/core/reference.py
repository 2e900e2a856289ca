"""A pointer to a thing of another app, upward ones included: its kind, its key, and the words for it."""

from dataclasses import dataclass

from django.db import models


@dataclass(frozen=True, slots=True)
class Reference:
    """Names one object without importing its app.

    ``label`` is what it was called when it was named, so that the words outlive the object.
    """

    kind: str
    id: int
    label: str = ""

    @classmethod
    def to(cls, subject: models.Model, label: str | None = None) -> "Reference":
        """Return the reference to a saved object.

        Raises:
            ValueError: when the object has no key yet.
        """
        if subject.pk is None:
            raise ValueError(f"{subject._meta.label_lower} is not saved yet")
        return cls(subject._meta.label_lower, subject.pk, str(subject) if label is None else label)


class ReferenceFields(models.Model):
    """The three columns of a reference, for tables that point to what they may not import."""

    ref_kind = models.CharField(max_length=60, blank=True)
    ref_id = models.BigIntegerField(null=True, blank=True)
    ref_label = models.CharField(max_length=255, blank=True)

    class Meta:
        abstract = True

    @property
    def reference(self) -> Reference | None:
        """The reference, or ``None`` where nothing is pointed to."""
        if not self.ref_kind or self.ref_id is None:
            return None
        return Reference(self.ref_kind, self.ref_id, self.ref_label)

    @reference.setter
    def reference(self, value: Reference | None) -> None:
        self.ref_kind = value.kind if value else ""
        self.ref_id = value.id if value else None
        self.ref_label = value.label[:255] if value else ""


def columns(reference: Reference | None) -> dict[str, str | int | None]:
    """Return the columns of a reference, for ``create`` and ``filter``."""
    if reference is None:
        return {"ref_kind": "", "ref_id": None, "ref_label": ""}
    return {"ref_kind": reference.kind, "ref_id": reference.id, "ref_label": reference.label[:255]}
