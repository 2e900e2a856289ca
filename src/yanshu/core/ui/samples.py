"""What the pattern page shows: invented people, books and figures, every part once."""

from datetime import date
from decimal import Decimal
from typing import Any

import django_filters
from django import forms
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import pgettext, pgettext_lazy

from yanshu.core.models import Instance
from yanshu.core.refusal import Reason
from yanshu.core.ui import chart, month, paging, tables
from yanshu.core.ui.navigation import Crumb, Wing
from yanshu.core.ui.palette import PaletteEntry
from yanshu.core.ui.pieces import Entry, Key, State, Step, Tile

_TODAY = date(2019, 11, 15)
_SHELVES = (
    ("social", pgettext_lazy("pattern", "Social sciences, 3rd floor")),
    ("arts", pgettext_lazy("pattern", "Arts, 2nd floor")),
)
_THIS_YEAR = (31200, 27400, 33800, 29100, 6200, 12900, 41800, 43100, 33600, 32500, 31900, 30700)
_LAST_YEAR = (28600, 24900, 32700, 31500, 30800, 31100, 39600, 40200, 30100, 29300, 27800, 26400)


def states() -> list[State]:
    """Return the eleven state words that are law."""
    return [
        State(pgettext("pattern", "On the shelf"), "yes", "check-circle-fill"),
        State(pgettext("pattern", "For use here"), "xiang", "book-half"),
        State(pgettext("pattern", "On loan"), "stone", "arrow-up-right-circle"),
        State(pgettext("pattern", "Reserved"), "kept", "bookmark-fill"),
        State(pgettext("pattern", "Waiting for pick-up"), "kept", "bell-fill"),
        State(pgettext("pattern", "In processing"), "wait", "gear-fill"),
        State(pgettext("pattern", "In transit"), "wait", "truck"),
        State(pgettext("pattern", "At the bindery"), "wait", "journals"),
        State(pgettext("pattern", "On display"), "xiang", "easel2-fill"),
        State(pgettext("pattern", "Not found at inventory"), "no", "question-diamond-fill"),
        State(pgettext("pattern", "Lost"), "no", "x-octagon-fill"),
    ]


class LectureForm(forms.Form):
    """A lecture, with one thing to correct."""

    widths = {"title": "w-8", "number": "w-4", "speaker": "w-6", "seats": "w-6"}

    title = forms.CharField(label=pgettext_lazy("pattern", "Title"), max_length=80)
    number = forms.IntegerField(
        label=pgettext_lazy("pattern", "Number"),
        required=False,
        help_text=pgettext_lazy("pattern", "Follows the last one by itself."),
    )
    speaker = forms.ChoiceField(label=pgettext_lazy("pattern", "Speaker"), choices=[("tan", "谭知远")])
    seats = forms.IntegerField(label=pgettext_lazy("pattern", "Seats"))
    summary = forms.CharField(
        label=pgettext_lazy("pattern", "Summary"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=pgettext_lazy("pattern", "At most 120 characters, shown in lists."),
    )
    mode = forms.ChoiceField(
        label=pgettext_lazy("pattern", "How it is held"),
        widget=forms.RadioSelect,
        choices=[
            ("here", pgettext_lazy("pattern", "On site")),
            ("online", pgettext_lazy("pattern", "Online")),
            ("both", pgettext_lazy("pattern", "On site and online")),
        ],
        help_text=pgettext_lazy(
            "pattern", "The annual report counts the three apart; it cannot be changed once begun."
        ),
    )
    recorded = forms.BooleanField(
        label=pgettext_lazy("pattern", "The speaker agrees to be recorded"), required=False
    )

    def clean_seats(self) -> int:
        """Refuse more seats than the hall has."""
        seats: int = self.cleaned_data["seats"]
        if seats > 120:  # noqa: PLR2004  the invented hall of the sample
            raise forms.ValidationError(
                pgettext(
                    "pattern", "The hall has only 120 seats. Make it 120 or fewer, or take another room."
                )
            )
        return seats


class PosterForm(forms.Form):
    """A file to be dropped."""

    poster = forms.FileField(
        label=pgettext_lazy("pattern", "Drop the poster here, or choose a file"), required=False
    )


class CopyFilter(django_filters.FilterSet):
    """The filters of the sample list."""

    q = django_filters.CharFilter(
        label=pgettext_lazy("pattern", "Title, barcode, call number"),
        widget=forms.TextInput(
            attrs={"placeholder": pgettext_lazy("pattern", "Title, barcode, call number"), "type": "search"}
        ),
    )
    shelf = django_filters.ChoiceFilter(
        label=pgettext_lazy("pattern", "Shelf"),
        choices=_SHELVES,
        empty_label=pgettext_lazy("pattern", "Shelf: any"),
    )
    year = django_filters.NumberFilter(label=pgettext_lazy("pattern", "Year of accession"))
    source = django_filters.ChoiceFilter(
        label=pgettext_lazy("pattern", "Source"),
        choices=[
            ("bought", pgettext_lazy("pattern", "Bought")),
            ("given", pgettext_lazy("pattern", "Given")),
        ],
        empty_label=pgettext_lazy("pattern", "any"),
    )


class CopyTable(tables.ListTable):
    """The sample list."""

    row_head = "title"

    selected = tables.TickColumn(
        label_of=lambda row: row["code"], is_ticked=lambda row: row["call"].startswith("R"), accessor="code"
    )
    title = tables.TitleColumn(
        sub=lambda row: row["author"],
        verbose_name=pgettext_lazy("pattern", "Title and author"),
        linkify=lambda record: f"#{record['code'].replace(' ', '')}",
        footer=pgettext_lazy("pattern", "Total"),
    )
    state = tables.StateColumn(verbose_name=pgettext_lazy("pattern", "State"), orderable=False)
    call = tables.CodeColumn(verbose_name=pgettext_lazy("pattern", "Call number"))
    code = tables.CodeColumn(verbose_name=pgettext_lazy("pattern", "Barcode"), orderable=False)
    price = tables.MoneyColumn(
        verbose_name=pgettext_lazy("pattern", "Price (CNY)"),
        footer=lambda table: f"{sum(row['price'] for row in table.data) / 100:,.2f}",
    )
    added = tables.DateColumn(verbose_name=pgettext_lazy("pattern", "Accession"))
    loans = tables.NumberColumn(
        verbose_name=pgettext_lazy("pattern", "Loans"),
        footer=lambda table: sum(row["loans"] for row in table.data),
    )


def copies() -> list[dict[str, Any]]:
    """Return the rows of the sample list."""
    words = states()
    return [
        {
            "title": title,
            "author": author,
            "state": words[state],
            "call": call,
            "code": code,
            "price": price,
            "added": added,
            "loans": loans,
        }
        for title, author, state, call, code, price, added, loans in (
            ("船山遗书选读", "（清）王夫之 著", 0, "B249.2/12", "HY0048 1107", 4200, date(2019, 3, 12), 18),
            ("楚辞集注", "（宋）朱熹 集注", 4, "I222.3/9", "HY0031 7702", 3600, date(2019, 1, 24), 31),
            ("四时起居", "左景和", 2, "R212/206", "HY0049 0031", 3980, date(2019, 9, 3), 22),
            (
                "湘江流域水利史料汇编",
                "谭治水 主编",
                1,
                "TV-092/31",
                "HY0020 4418",
                12000,
                date(2019, 7, 2),
                0,
            ),
        )
    ]


def places() -> list[PaletteEntry]:
    """Return what the palette of the pattern page finds."""
    here = reverse("ui:patterns")
    circulation, records = pgettext("pattern", "Circulation"), pgettext("pattern", "Records")
    return [
        PaletteEntry(pgettext("pattern", "Renew"), f"{here}#p-buttons", "arrow-repeat", circulation, "F6"),
        PaletteEntry("湘江两岸", f"{here}#tables", "book", records, also=("HY0048 2213",)),
        PaletteEntry(
            pgettext("pattern", "New lot"), f"{here}#p-work", "box-seam", pgettext("pattern", "Acquisitions")
        ),
        PaletteEntry(
            pgettext("pattern", "Covers"), f"{here}#p-covers", "palette", pgettext("pattern", "Patterns")
        ),
    ]


def page(request: HttpRequest) -> dict[str, Any]:
    """Return everything the pattern page shows."""
    table = CopyTable(copies(), order_by=request.GET.get("sort", "title"))
    form = LectureForm(
        {"title": "湘江的雁从哪里来", "number": 11, "speaker": "tan", "seats": 150, "mode": "here"}
    )
    query = request.GET or None
    return {
        **_shell(),
        **_figures(),
        "states": states(),
        "form": form,
        "poster": PosterForm()["poster"],
        "filter": CopyFilter(query or {"shelf": "social", "year": "2019"}, queryset=Instance.objects.none()),
        "table": table,
        "page_shown": paging.page_of(range(1273), request.GET),
        "reasons": reasons(),
        "taken_in": [
            Reason(
                "other-branch",
                pgettext("pattern", "Send it to Zhuhui branch"),
                pgettext("pattern", "Put it into transit box 2. The van leaves at 16:00."),
            ),
            Reason(
                "overdue",
                pgettext("pattern", "3 days overdue"),
                pgettext("pattern", "No loans until 2019-11-18. This library takes no fines."),
            ),
        ],
        "stages": [
            Step(pgettext("pattern", "Planned"), is_done=True),
            Step(pgettext("pattern", "Room and people"), is_done=True),
            Step(pgettext("pattern", "Contents"), is_current=True),
            Step(pgettext("pattern", "Review")),
            Step(pgettext("pattern", "Published")),
        ],
        "history": [
            Entry("11-14 09:20", pgettext("pattern", "took the lecture hall"), who="罗*"),
            Entry("11-12 16:05", pgettext("pattern", "The meeting of the library agreed")),
            Entry("11-11 10:00", pgettext("pattern", "created it as a copy of number 10"), who="郑晓岚"),
        ],
        "month": month.month_of(
            _TODAY,
            today=_TODAY,
            closed={date(2019, 11, day) for day in (4, 11, 18, 19, 25)},
            events={
                date(2019, 11, 16): pgettext("pattern", "this one"),
                date(2019, 11, 20): pgettext("pattern", "film"),
            },
        ),
        "outcome": [
            (pgettext("pattern", "Created"), "11,902"),
            (pgettext("pattern", "Updated"), "471"),
            (pgettext("pattern", "Unchanged"), "104"),
            (pgettext("pattern", "Rejected"), "3"),
        ],
        "facts": [
            (pgettext("pattern", "Category"), pgettext("pattern", "Adult, deposit waived")),
            (pgettext("pattern", "Valid until"), "2021-03-01"),
            (pgettext("pattern", "On loan"), "5 / 5"),
            (pgettext("pattern", "Remark"), ""),
        ],
        "keys": [
            Key("F2", pgettext("pattern", "Reader")),
            Key("F3", pgettext("pattern", "Lend")),
            Key("F4", pgettext("pattern", "Return")),
            Key("Esc", pgettext("pattern", "End")),
        ],
        "marc": [
            ("010", "##", "‡a978-7-900000-01-3‡dCNY58.00"),
            ("100", "##", "‡a20191116d2018####em#y0chiy50######ea"),
            ("200", "1#", "‡a湘江两岸‡f周望舒著"),
            ("210", "##", "潇湘文艺社"),
        ],
        "covers": [
            ("雁阵", "何砚秋", "I"),
            ("石鼓书院八百年", "邓怀瑾 编著", "G"),
            ("衡州老街：建筑与记忆", "彭一砖", "T"),
            ("大雁小满的第一次远行", "唐小满 文", "I"),
            ("Wild Geese Over the Xiang", "M. Harro", "I"),
            ("湖南省衡阳地区民间歌谣与曲艺资料汇编", "本馆编", "J"),
        ],
        "sample_day": date(2019, 11, 21),
        "today_there": _TODAY,
        "words": {
            "fact": pgettext("pattern", "Every part once; put pages together from these"),
            "patterns": pgettext("pattern", "Patterns"),
            "weed": pgettext("pattern", "Weed 3 copies?"),
            "progress": pgettext("pattern", "Progress"),
            "poster": pgettext(
                "pattern", "JPG or PNG, at most 10 MB each, the short side at least 1080 pixels"
            ),
            "filter": pgettext("pattern", "Filter the copies"),
            "copies": pgettext("pattern", "copies"),
            "no": pgettext("pattern", "Cannot be lent"),
            "scanned": pgettext("pattern", "scanned 10:42:18"),
            "taken": pgettext("pattern", "Taken in"),
            "importing": pgettext("pattern", "Importing the records of 2019-11"),
            "rows": pgettext("pattern", "rows"),
            "soon": pgettext("pattern", "about 2 minutes"),
            "november": pgettext("pattern", "November 2019"),
            "limit": pgettext("pattern", "5 of 5 on loan"),
            "card": pgettext("pattern", "Reader's card on the phone"),
            "show": pgettext("pattern", "Show this code at the gate and at the desk."),
            "valid": pgettext("pattern", "Adult's card, valid until 2021-03-01"),
            "no_holds": pgettext("pattern", "No holds yet"),
            "loans": pgettext("pattern", "345,600 loans"),
        },
    }


def reasons() -> list[Reason]:
    """Return two reasons not to lend, one of which somebody may lift."""
    return [
        Reason(
            "loan-limit",
            pgettext("pattern", "Limit reached, 5 of 5"),
            pgettext(
                "pattern",
                "An adult's card takes 5 books. Return one first, or let a colleague who may lift it.",
            ),
            rule=pgettext("pattern", "Lending rules, article 12"),
            lifted_by="circulation.waive_limit",
        ),
        Reason(
            "held-for-another",
            pgettext("pattern", "This copy is kept for 郑*, in since today"),
            pgettext(
                "pattern",
                "The first reader in the queue has it until 11-20. A hold on the next copy can be placed.",
            ),
            rule=pgettext("pattern", "Rules of reservation, article 4"),
        ),
    ]


def _shell() -> dict[str, Any]:
    here = reverse("ui:patterns")
    words = (
        (pgettext("pattern", "Overview"), "grid"),
        (pgettext("pattern", "Circulation"), "arrow-left-right"),
        (pgettext("pattern", "Collection"), "book"),
        (pgettext("pattern", "Programmes"), "calendar-event"),
        (pgettext("pattern", "Institution"), "building"),
        (pgettext("pattern", "Reports"), "bar-chart-line"),
        (pgettext("pattern", "Settings"), "sliders"),
    )
    minor = {"building", "sliders"}
    return {
        "nav_wings": [
            Wing(label, here, icon=icon, is_current=icon == "sliders", is_minor=icon in minor)
            for label, icon in words
        ],
        "crumbs": [Crumb(pgettext("pattern", "Settings"), here), Crumb(pgettext("pattern", "Patterns"))],
        "station": pgettext("pattern", "Central library, desk 2"),
        "who": "郑晓岚",
        "is_focused": True,
        "palette_url": reverse("ui:sample-palette"),
    }


def _figures() -> dict[str, Any]:
    closed = chart.Closure(
        date(2019, 5, 6), date(2019, 6, 14), pgettext("pattern", "Closed from 6 May to 14 June")
    )
    years = [str(year) for year in range(2014, 2020)]
    return {
        "tiles": [
            Tile(
                pgettext("pattern", "Visits"),
                61800,
                pgettext("pattern", "visits"),
                "#",
                Decimal("8.2"),
                True,
                pgettext("pattern", "Plan: 83%"),
                _LAST_YEAR,
            ),
            Tile(
                pgettext("pattern", "Loans"),
                32500,
                pgettext("pattern", "loans"),
                "#",
                Decimal("22.5"),
                True,
                pgettext("pattern", "Plan: 81%"),
                _THIS_YEAR,
            ),
            Tile(
                pgettext("pattern", "New readers"),
                418,
                pgettext("pattern", "persons"),
                "#",
                Decimal("-4.1"),
                False,
                pgettext("pattern", "Plan: 78%"),
                _LAST_YEAR,
            ),
            Tile(
                pgettext("pattern", "Budget spent"),
                "76.4",
                "%",
                "#",
                None,
                None,
                pgettext("pattern", "Time gone: 83.3%"),
                _THIS_YEAR,
            ),
        ],
        "months": chart.month_bars(
            pgettext("pattern", "Loans by month"),
            pgettext(
                "pattern", "Loans of each month of 2019; the dashed outlines are the same months of 2018."
            ),
            year=2019,
            values=_THIS_YEAR,
            before=_LAST_YEAR,
            closures=[closed],
        ),
        "stack": chart.stacked_bars(
            pgettext("pattern", "Loans by way"),
            pgettext(
                "pattern",
                "Four ways of lending in six years, on top of each other; they part in grey print too.",
            ),
            categories=years,
            series=[
                chart.Series(pgettext("pattern", "Desk"), (70, 62, 74, 50, 66, 72)),
                chart.Series(pgettext("pattern", "Renewal"), (32, 36, 28, 42, 34, 30)),
                chart.Series(pgettext("pattern", "Self-service"), (20, 22, 24, 18, 26, 22)),
                chart.Series(pgettext("pattern", "Reading room"), (14, 14, 14, 14, 14, 14)),
            ],
        ),
        "lines": chart.line_chart(
            pgettext("pattern", "Visits and loans"),
            pgettext(
                "pattern", "Visits and loans of twelve months; both fall in spring and are highest in August."
            ),
            categories=[str(number) for number in range(1, 13)],
            series=[
                chart.Series(pgettext("pattern", "Visits"), _LAST_YEAR),
                chart.Series(pgettext("pattern", "Loans"), _THIS_YEAR),
            ],
        ),
    }
