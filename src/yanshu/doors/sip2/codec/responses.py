"""What the library may answer (3M specification 2.00, chapter "Response messages")."""

from yanshu.doors.sip2.codec.layout import DATE, LANGUAGE, Fixed, Kind, Layout, fields, table

_OK = Fixed("ok", 1, Kind.OK)
_RENEWED = Fixed("renewal_ok", 1, Kind.YES_NO)
_MAGNETIC = Fixed("magnetic", 1, Kind.YES_NO)
_DESENSITIZE = Fixed("desensitize", 1, Kind.YES_NO)
_FLAGS = Fixed("patron_status", 14, Kind.FLAGS)
_LENT = "AO! AA! AB! AJ! AH! BT CI BH BV CK CH BK AF* AG*"

RESPONSES = table(
    Layout(
        "10",
        "checkin answer",
        (_OK, Fixed("resensitize", 1, Kind.YES_NO), _MAGNETIC, Fixed("alert", 1, Kind.YES_NO), DATE),
        fields("AO! AB! AQ! AJ CL AA CK CH CV CT CS CY DA AF* AG*"),
    ),
    Layout("12", "checkout answer", (_OK, _RENEWED, _MAGNETIC, _DESENSITIZE, DATE), fields(_LENT)),
    Layout(
        "16",
        "hold answer",
        (_OK, Fixed("available", 1, Kind.YES_NO), DATE),
        fields("BW BR BS AO! AA! AB AJ MA AF* AG*"),
    ),
    Layout(
        "18",
        "item information answer",
        (Fixed("circulation_status", 2), Fixed("security_marker", 2), Fixed("fee_type", 2), DATE),
        fields("CF AH CJ CM AB! AJ! BG BH BV CK AQ AP CH AF* AG*"),
    ),
    Layout("20", "item status update answer", (_OK, DATE), fields("AB! AJ CH AF* AG*")),
    Layout(
        "24",
        "patron status answer",
        (_FLAGS, LANGUAGE, DATE),
        fields("AO! AA! AE! BL CQ BH BV AF* AG*"),
    ),
    Layout("26", "patron enable answer", (_FLAGS, LANGUAGE, DATE), fields("AO! AA! AE! BL CQ AF* AG*")),
    Layout("30", "renew answer", (_OK, _RENEWED, _MAGNETIC, _DESENSITIZE, DATE), fields(_LENT)),
    Layout(
        "36",
        "end session answer",
        (Fixed("ended", 1, Kind.YES_NO), DATE),
        fields("AO! AA! AF* AG*"),
    ),
    Layout(
        "38",
        "fee paid answer",
        (Fixed("accepted", 1, Kind.YES_NO), DATE),
        fields("AO! AA! BK AF* AG*"),
    ),
    Layout(
        "64",
        "patron information answer",
        (
            _FLAGS,
            LANGUAGE,
            DATE,
            Fixed("hold_items", 4, Kind.NUMBER),
            Fixed("overdue_items", 4, Kind.NUMBER),
            Fixed("charged_items", 4, Kind.NUMBER),
            Fixed("fine_items", 4, Kind.NUMBER),
            Fixed("recall_items", 4, Kind.NUMBER),
            Fixed("unavailable_holds", 4, Kind.NUMBER),
        ),
        fields(
            "AO! AA! AE! BZ CA CB BL CQ BH BV CC AS* AT* AU* AV* BU* CD* BD BE BF PA PB PC AF* AG*",
        ),
    ),
    Layout(
        "66",
        "renew all answer",
        (
            _OK,
            Fixed("renewed_count", 4, Kind.NUMBER),
            Fixed("unrenewed_count", 4, Kind.NUMBER),
            DATE,
        ),
        fields("AO! BM* BN* AF* AG*"),
    ),
    Layout("94", "login answer", (_OK,), ()),
    # "Say it again": carries no sequence number.
    Layout("96", "request resend of the message", (), ()),
    Layout(
        "98",
        "library status",
        (
            Fixed("online", 1, Kind.YES_NO),
            Fixed("checkin_ok", 1, Kind.YES_NO),
            Fixed("checkout_ok", 1, Kind.YES_NO),
            Fixed("renewal_policy", 1, Kind.YES_NO),
            Fixed("status_update_ok", 1, Kind.YES_NO),
            Fixed("offline_ok", 1, Kind.YES_NO),
            Fixed("timeout", 3, Kind.NUMBER),
            Fixed("retries", 3, Kind.NUMBER),
            DATE,
            Fixed("protocol", 4),
        ),
        fields("AO! AM BX! AN AF* AG*"),
    ),
    Layout("82", "register or change a reader, answer", (), fields("OK AF* AG*")),
    Layout("86", "reader master data, answer", (), fields("OK AF* AG*")),
    Layout("92", "look for a reader, answer", (), fields("OK AF* AG*")),
)
