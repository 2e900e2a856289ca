"""What a terminal may say (3M specification 2.00, chapter "Command messages"), and what answers it."""

from yanshu.doors.sip2.codec.layout import DATE, LANGUAGE, Fixed, Kind, Layout, fields, table

_DUE = Fixed("due_date", 18, Kind.DATE)
_NO_BLOCK = Fixed("no_block", 1, Kind.YES_NO)
_VENDOR_DATE = Fixed("transaction_date", 18, Kind.DATE, optional=True)

REQUESTS = table(
    Layout(
        "01",
        "block patron",
        (Fixed("card_retained", 1, Kind.YES_NO), DATE),
        fields("AO! AL! AA! AC!"),
        answered_by="24",
    ),
    Layout(
        "09",
        "checkin",
        (_NO_BLOCK, DATE, Fixed("return_date", 18, Kind.DATE)),
        fields("AP! AO! AB! AC! CH BI"),
        answered_by="10",
    ),
    Layout(
        "11",
        "checkout",
        (Fixed("renewal_policy", 1, Kind.YES_NO), _NO_BLOCK, DATE, _DUE),
        fields("AO! AA! AB! AC! CH AD BO BI"),
        answered_by="12",
    ),
    Layout(
        "15",
        "hold",
        (Fixed("mode", 1), DATE),
        fields("BW BS BY AO! AA! AD AB AJ AC BO MA"),
        answered_by="16",
    ),
    Layout("17", "item information", (DATE,), fields("AO! AB! AC"), answered_by="18"),
    Layout("19", "item status update", (DATE,), fields("AO! AB! AC CH!"), answered_by="20"),
    Layout("23", "patron status", (LANGUAGE, DATE), fields("AO! AA! AC! AD!"), answered_by="24"),
    Layout("25", "patron enable", (DATE,), fields("AO! AA! AC AD"), answered_by="26"),
    Layout(
        "29",
        "renew",
        (Fixed("third_party", 1, Kind.YES_NO), _NO_BLOCK, DATE, _DUE),
        fields("AO! AA! AD AB AJ AC CH BO"),
        answered_by="30",
    ),
    Layout("35", "end patron session", (DATE,), fields("AO! AA! AC AD"), answered_by="36"),
    Layout(
        "37",
        "fee paid",
        (DATE, Fixed("fee_type", 2), Fixed("payment_type", 2), Fixed("currency", 3)),
        fields("BV! AO! AA! AC AD CG BK"),
        answered_by="38",
    ),
    Layout(
        "63",
        "patron information",
        (LANGUAGE, DATE, Fixed("summary", 10, Kind.FLAGS)),
        fields("AO! AA! AC AD BP BQ"),
        answered_by="64",
    ),
    Layout("65", "renew all", (DATE,), fields("AO! AA! AD AC BO"), answered_by="66"),
    Layout(
        "93",
        "login",
        (Fixed("user_algorithm", 1), Fixed("password_algorithm", 1)),
        fields("CN! CO! CP"),
        answered_by="94",
    ),
    # "Answer again": any answer may follow, so no code of its own.
    Layout("97", "request resend of the answer", (), ()),
    Layout(
        "99",
        "terminal status",
        (Fixed("status", 1), Fixed("print_width", 3, Kind.NUMBER), Fixed("protocol", 4)),
        (),
        answered_by="98",
    ),
    # Chinese self-service vendors. Their letters differ: read them through a Dialect.
    Layout("81", "register or change a reader", (_VENDOR_DATE,), (), answered_by="82"),
    Layout("85", "reader master data", (_VENDOR_DATE,), (), answered_by="86"),
    Layout("91", "look for a reader before registering", (_VENDOR_DATE,), (), answered_by="92"),
)
