"""The JSON Schema of an asset: what its verdict is, on what it rests, and what would change it.

A member that is listed is always there; new ones may come.
"""

from __future__ import annotations

from twins.milestone_answers import MilestoneFault

Document = dict[str, object]

_TEXT: Document = {"type": "string"}
_COUNT: Document = {"type": "integer", "minimum": 0}
_YES: Document = {"type": "boolean"}
_SECONDS: Document = {"type": "number", "description": "Seconds."}
_PERCENT: Document = {"type": "number", "description": "Per cent."}
_MOMENT: Document = {"type": "string", "format": "date-time"}
_DECIMAL: Document = {"type": ["string", "null"], "description": "A decimal number, °C."}


def _object(**members: Document) -> Document:
    return {"type": "object", "required": list(members), "properties": members}


def _list(item: Document) -> Document:
    return {"type": "array", "items": item}


def _or_null(schema: Document) -> Document:
    return {"anyOf": [schema, {"type": "null"}]}


def _told(schema: Document, description: str) -> Document:
    return schema | {"description": description}


_VALUE = _object(value={"type": "number"}, unit=_TEXT, raw={"type": "integer"})
_SEVERITY = _object(
    level={"enum": [0, 1, 2, 3]}, word={"enum": ["none", "minor", "major", "critical"]}
)
_DISPOSITION: Document = {
    "enum": ["conformant", "unknown", "container_open", "non_conformant", "damaged"],
    "description": "A disposition of CBV 2.0 section 7.2.",
}
_PHASE: Document = {"enum": ["origin", "transit", "destination", "delivered"]}
_SHOWN = _object(device=_TEXT, sensor=_TEXT, observed_at=_MOMENT, value=_VALUE)
_EXCURSION = _object(
    boundary=_TEXT,
    device=_told(_TEXT, "Device of the extreme; empty where the core is estimated."),
    sensor=_TEXT,
    quantity=_TEXT,
    began_at=_MOMENT,
    alarmed_at=_MOMENT,
    ended_at=_or_null(_MOMENT),
    extreme=_told(
        _VALUE, "Worst value judged; of three or more sensors one alone may have read farther out."
    ),
    extreme_at=_MOMENT,
    outside_s=_SECONDS,
    shown_by=_told(_list(_SHOWN), "Readings that were outside at the alarm."),
    held_by=_told(
        _list(_object(holder=_TEXT, outside_s=_SECONDS)),
        "Who held the asset meanwhile; the parts sum to `outside_s`.",
    ),
)
_RULE = _object(
    rule=_told(_TEXT, "`boundary:<id>`, `coverage:<quantity>`, `mean_kinetic_temperature`, …"),
    happened=_told(_TEXT, "What happened, in words."),
    text=_told(_TEXT, "What the rule demands, in the policy's words."),
    severity=_SEVERITY,
    disposition=_told(_DISPOSITION, "`conformant` where the rule does not change the verdict."),
    count=_COUNT,
    newest_alarm_at=_or_null(_MOMENT),
    what_would_change=_told(_TEXT, "What would end it or answer it, in words."),
    excursions=_list(_EXCURSION),
)
_ALLOWANCE = _object(
    rule=_TEXT,
    text=_TEXT,
    used_percent=_or_null(_PERCENT),
    used_up_at=_told(_or_null(_MOMENT), "If what is judged now stays as it is."),
)
_WINDOW = _object(
    begins_at=_MOMENT, ends_at=_MOMENT, observed_s=_SECONDS, mean_kinetic_celsius=_DECIMAL
)
_JUDGED = _object(
    quantity=_TEXT,
    sensors=_COUNT,
    value=_told(_or_null(_VALUE), "What upper limits judge now; null where no sensor speaks."),
    lower=_told(_or_null(_VALUE), "What lower limits judge now; null likewise."),
    observed_s=_SECONDS,
    longest_gap_s=_told(_SECONDS, "Longest planned time in which no value was judged."),
    outside_s=_told(_SECONDS, "Outside several boundaries at once counted once."),
    mean_kinetic_celsius=_DECIMAL,
    highest_window=_or_null(_WINDOW),
    core=_told(_or_null(_VALUE), "Estimated temperature of the product's core."),
)
_SHOCK = _object(
    at=_MOMENT,
    device=_TEXT,
    sensor=_TEXT,
    peak=_or_null(_VALUE),
    velocity_change_m_s=_or_null({"type": "number"}),
    damage={"enum": ["possible", "unknown"]},
)
_STATISTICS = _object(
    series=_told(_list({"type": "object"}), "Figures of every sensor by itself."),
    judged=_told(_list(_JUDGED), "Figures of all sensors of a quantity together."),
    shocks=_object(
        count=_COUNT,
        peak=_or_null(_VALUE),
        peak_at=_or_null(_MOMENT),
        drop_m=_told(_or_null({"type": "number"}), "Greatest equivalent drop height."),
        drop_at=_or_null(_MOMENT),
        beyond_damage_boundary=_COUNT,
        undecided=_COUNT,
        newest=_list(_SHOCK),
        is_known=_told(_YES, "False where no shock sensor was ever read: 0 then says nothing."),
    ),
    openings=_COUNT,
    openings_are_known=_told(_YES, "False where nothing read tells of openings: 0 says nothing."),
    unjudged=_COUNT,
    wear=_object(
        index_percent=_PERCENT,
        shock_percent=_PERCENT,
        handling_percent=_PERCENT,
        exposure_percent=_PERCENT,
        fatigue_percent=_PERCENT,
    ),
)
_COVERAGE = _object(
    percent=_PERCENT,
    minimum_percent=_PERCENT,
    quorum=_told(_COUNT, "Trusted sensors that must speak for time to count as observed."),
    planned_from=_or_null(_MOMENT),
    planned_s=_SECONDS,
    quantities=_list(
        _object(
            quantity=_TEXT,
            percent=_PERCENT,
            observed_s=_SECONDS,
            longest_gap_s=_SECONDS,
            observed_until=_or_null(_MOMENT),
        )
    ),
)
_BUDGET = _object(
    boundary=_TEXT,
    used_s=_SECONDS,
    allowed_s=_SECONDS,
    left_s=_SECONDS,
    used_up_at=_or_null(_MOMENT),
)
_SHELF_LIFE = _object(
    life_s=_SECONDS,
    left_s=_told(_SECONDS, "At the reference temperature; below 0 where it is used up."),
    unobserved_s=_told(_SECONDS, "In which nobody saw the temperature; the warmer end counts."),
    reference=_or_null(_VALUE),
    used_up_at=_or_null(_MOMENT),
)
_FINDING = _object(
    kind=_TEXT,
    text=_TEXT,
    device=_TEXT,
    sensor=_TEXT,
    quantity=_TEXT,
    since=_MOMENT,
    until=_or_null(_MOMENT),
    readings=_list(_object(observed_at=_MOMENT, value=_VALUE)),
)
_NEAR_LIMIT = _object(
    boundary=_TEXT,
    device=_TEXT,
    sensor=_TEXT,
    value=_VALUE,
    limit=_VALUE,
    at=_MOMENT,
    is_outside=_YES,
    text=_TEXT,
)
_LOCATION = _object(
    stop=_told(_or_null(_TEXT), "Stop where it is."),
    last_stop=_told(_or_null(_TEXT), "Stop at which it arrived last."),
    off_route_since=_or_null(_MOMENT),
    off_route_alarms=_COUNT,
    off_route_s=_SECONDS,
    overdue_stops=_list(_TEXT),
    fixes=_COUNT,
    impossible_fixes=_COUNT,
    travelled_m={"type": "number"},
)
_SIDE = _object(
    at=_MOMENT,
    place=_TEXT,
    seal=_TEXT,
    signer=_told(_or_null(_TEXT), "Key that signed it; null where none did."),
    signer_party=_told(_or_null(_TEXT), "Whose key that is; null where no account names it."),
)
_HANDOVER = _or_null(
    _object(
        **{"from": _TEXT, "to": _TEXT},
        nonce=_TEXT,
        answer=_TEXT,
        offered=_SIDE,
        answered=_SIDE,
        disputed=_or_null(_SIDE),
        seals={"enum": ["not_stated", "stated_by_one", "seals_agree", "seal_mismatch"]},
    )
)
_CUSTODY = _object(
    state={"enum": ["held", "offered", "disputed"]},
    holder=_told(_TEXT, "The EPCIS possessing party."),
    since=_MOMENT,
    handover=_told(_HANDOVER, "By what it came to the holder, as both sides stated it."),
    offer=_or_null({"type": "object"}),
    answer_due_at=_told(_or_null(_MOMENT), "From then on the open offer is overdue."),
    periods=_list(
        _object(holder=_TEXT, since=_MOMENT, until=_or_null(_MOMENT), handover=_HANDOVER)
    ),
    ended_offers=_list({"type": "object"}),
    handovers=_COUNT,
    seal_mismatches=_COUNT,
    unsigned_sides=_COUNT,
    overdue=_list(
        _object(
            **{"from": _TEXT, "to": _TEXT},
            nonce=_TEXT,
            offered_at=_MOMENT,
            due_at=_MOMENT,
            answered_at=_or_null(_MOMENT),
        )
    ),
    liability=_told(
        _list(_object(holder=_TEXT, outside_s=_SECONDS, outside_minutes=_COUNT)),
        "Whose time outside it was; sums to `outside_s` and to `outside_minutes`.",
    ),
    outside_s=_SECONDS,
    outside_minutes=_COUNT,
    refused_statements=_list({"type": "object"}),
    refused_statement_count=_COUNT,
    disputes=_COUNT,
)
_CONTAINMENT = _object(
    asset=_told(_TEXT, "The other asset."),
    since=_MOMENT,
    until=_told(_or_null(_MOMENT), "Null while it lasts."),
)
_MILESTONE = _object(
    name=_TEXT,
    biz_step=_told(_TEXT, "A business step of CBV 2.0."),
    at=_MOMENT,
    place=_TEXT,
    is_shown=_told(_YES, "Whether positions showed it and nobody stated it."),
)
_MILESTONE_FAULT = _object(
    name=_TEXT,
    biz_step=_TEXT,
    at=_MOMENT,
    place=_TEXT,
    is_shown=_YES,
    fault={"enum": [one.value for one in MilestoneFault]},
    detail=_told(_TEXT, "Why it changed nothing, in words."),
)

_SECTION: Document = {"type": ["object", "null"]}
_POLICY = _object(
    id=_TEXT,
    title=_TEXT,
    source=_TEXT,
    digest=_told(_TEXT, "SHA-256 of its RFC 8785 form."),
    required=_list(_TEXT),
    minimum_coverage_percent=_PERCENT,
    maximum_hold_s=_told(_or_null(_SECONDS), "Null for three intervals, at least 15 minutes."),
    ignore_first_s=_SECONDS,
    maximum_gap_s=_told(_or_null(_SECONDS), "Null where a gap may last for any time."),
    boundaries=_list(
        _object(
            id=_TEXT,
            title=_TEXT,
            quantity=_TEXT,
            of={"enum": ["measured", "core"]},
            side={"enum": ["upper", "lower"]},
            limit=_VALUE,
            hysteresis=_VALUE,
            delay_s=_SECONDS,
            mode={"enum": ["single", "cumulative"]},
            severity=_SEVERITY,
            disposition=_DISPOSITION,
            latched=_YES,
            phases=_or_null(_list(_PHASE)),
        )
    ),
    mean_kinetic_temperature=_SECTION,
    shelf_life=_SECTION,
    core=_SECTION,
    sensors=_SECTION,
    shock=_SECTION,
    wear=_SECTION,
    custody=_SECTION,
    location=_SECTION,
)

ASSET = _object(
    id=_TEXT,
    title=_TEXT,
    as_of=_MOMENT,
    phase=_PHASE,
    disposition=_DISPOSITION,
    severity=_SEVERITY,
    rules_fired=_told(_list(_RULE), "Every rule that is not kept, and what made it fire."),
    allowances=_told(_list(_ALLOWANCE), "What is not used up, the nearest first."),
    statistics=_STATISTICS,
    coverage=_COVERAGE,
    budgets=_list(_BUDGET),
    shelf_life=_or_null(_SHELF_LIFE),
    sensors=_object(
        running=_told(_list(_FINDING), "What is found against a sensor now."),
        over=_told(_list(_FINDING), "The newest of what is over."),
        counts=_told({"type": "object"}, "How often each kind is over."),
        outvoted=_told(
            _list(_object(boundary=_TEXT, device=_TEXT, sensor=_TEXT, at=_MOMENT)),
            "Sensors that were outside a boundary for its delay, and the median was not.",
        ),
        outvoted_count=_COUNT,
    ),
    location=_told(_or_null(_LOCATION), "Where it is on its way, without positions."),
    near_limits=_told(
        _list(_NEAR_LIMIT), "Worst values within the sensors' stated accuracy of a limit."
    ),
    policy=_told(_POLICY, "The policy; a section that its file leaves out is null."),
    custody=_CUSTODY,
    milestones=_list(_MILESTONE),
    milestone_faults=_told(_list(_MILESTONE_FAULT), "Milestones that changed nothing."),
    decisions=_list({"type": "object"}),
    late_readings=_told(
        _list(
            _object(
                device=_TEXT,
                sensor=_TEXT,
                quantity=_TEXT,
                readings=_COUNT,
                first_at=_MOMENT,
                last_at=_MOMENT,
                came_at=_MOMENT,
            )
        ),
        "Readings that came after later ones of their sensor, the newest 50 runs of them.",
    ),
    contained_in=_told(_list(_CONTAINMENT), "What it stood in, and when."),
    contains=_told(_list(_CONTAINMENT), "What stood in it, and when."),
    report=_or_null({"type": "object"}),
    token={"type": "object"},
    versions=_list({"type": "object"}),
    condition_document=_told({"type": "object"}, "What `condition_digest` covers, integers only."),
)
"""What `/api/v1/assets/{id}` answers."""
