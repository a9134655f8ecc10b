"""What the names of columns say: that they hold times, which quantity, and in which unit."""

from __future__ import annotations

import re

from gateway.codecs.units import UNITS, WITH_VAGUE_UNITS

_DATE_AND_TIME = frozenset(
    {
        *("timestamp", "time stamp", "time-stamp", "observed_at", "ts", "logged at", "recorded at"),
        *("datetime", "date_time", "date time", "date/time", "date-time", "date & time"),
        *("date and time", "time & date", "reading time", "log time"),
        *("zeitstempel", "datum/zeit", "datum/uhrzeit", "datum zeit", "datum-zeit"),
        *("datum uhrzeit", "datum und uhrzeit"),
        *("horodatage", "date/heure", "date heure", "date et heure"),
        *("fecha/hora", "fecha hora", "fecha y hora", "data/ora", "data ora", "data e ora"),
    }
)
_DATE = frozenset({"date", "datum", "fecha", "data", "dato"})
_TIME = frozenset({"time", "zeit", "uhrzeit", "heure", "hora", "ora", "tid", "tijd"})
_QUANTITY_WORDS = {
    "temperature": r"temp\w*|tmp",
    "humidity": r"humid\w*|rh|feuchte\w*|feuchtigkeit|rel\.?\s*feuchte|humidit\w+|hygro\w*",
    "pressure": r"press\w*|druck|luftdruck|presi\w+|baro\w*",
    "illuminance": r"light|lux|illum\w*|licht\w*|helligkeit",
    "acceleration": r"shock|accel\w*|schock|sto(?:ß|ss)\w*|beschleunigung",
    "pulse_duration": r"(?:pulse|shock)[ _-]?(?:duration|width|length)",
    "velocity_change": r"velocity[ _-]?change",
    "free_fall": r"free[ _-]?fall",
    "battery": r"batt?er\w*",
    "tilt": r"tilt|neigung",
    "latitude": r"lat|latitude",
    "longitude": r"lon|lng|long|longitude",
    "contact": r"contact|door",
}
# What is set, derived or summed up is in the unit of what is measured. A word too many is asked
# about; one too few is taken for a measurement.
_NO_MEASUREMENT = re.compile(
    r"alarm|limit|dew|tau ?punkt|ros[eé]e|roc[ií]o|rugiada|mean|average|mittel|moyen|media|mkt"
    r"|set ?p(?:oin)?t|soll|consigne|thresh|schwell|grenz|target|ziel|delta|deviation|abweich"
    r"|(?:^|[^a-z])(?:set|min|max|avg|low|high|lo|hi|upper|lower|std|diff|warn)(?![a-z])"
    r"|(?:min|max|avg)(?:imum|imal)?(?![a-z])"
    r"|(?:^|[^a-z])(?:min|max)im\w*"
)
_INNER_CAPITAL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_BRACKETED = re.compile(r"\(([^()]*)\)|\[([^\[\]]*)\]")
# At the end of a part, and nothing behind it: "UTC offset -5" does not say UTC.
_OFFSET = re.compile(
    r"(?:.*[\s/])?(?:GMT|UTC)\s*([+\-\u2212]\s*\d{1,2}(?::?\d{2})?)?", re.IGNORECASE
)
_ZONE_BEHIND = re.compile(r"\s(?:gmt|utc)\s?[+\-\u2212:\d]*$")
# Of one letter, a unit is one only where it stands apart: a probe may be called C.
_WITH_SIGN = re.compile(r"(?:^|\s)((?:°|\u00ba|\u2103|\u2109|%)\s?\w*)")
# How German and French programs write relative humidity.
_PERCENT_HUMIDITY = re.compile(r"%\s?(?:r\.?\s?[fh]\.?|hr|rel\.?)", re.IGNORECASE)


def folded(name: str) -> str:
    """Return a name of a column as names are compared: without case and surplus spaces."""
    return " ".join(name.split()).casefold()


def is_time_name(name: str) -> bool:
    """Tell whether a column's name says that it holds dates, times, or both."""
    head = _head(name)
    return head in _DATE_AND_TIME or head in _DATE or head in _TIME


def is_date_and_time_name(name: str) -> bool:
    """Tell whether a column's name says that it holds both date and time."""
    return _head(name) in _DATE_AND_TIME


def is_date_name(name: str) -> bool:
    """Tell whether a column's name says that it holds dates."""
    return _head(name) in _DATE


def is_time_of_day_name(name: str) -> bool:
    """Tell whether a column's name says that it holds times of day."""
    return _head(name) in _TIME


def stated_offset(name: str) -> str | None:
    """Return the offset from UTC that a column's name states, such as `-05:00`; else None."""
    matched = (_OFFSET.fullmatch(part) for part in _parts(name))
    found = next((one for one in matched if one is not None), None)
    if found is None:
        return None
    text = (found.group(1) or "+00:00").replace(" ", "").replace("\u2212", "-")
    sign, digits = text[0], text[1:].replace(":", "")
    hours, minutes = (digits[:-2], digits[-2:]) if len(digits) > len("00") else (digits, "00")
    return f"{sign}{hours:0>2}:{minutes}"


def names_quantity(name: str, quantity: str) -> bool:
    """Tell whether a column is called by a quantity's name."""
    words = _QUANTITY_WORDS.get(quantity, quantity)
    return re.search(rf"(?:^|[^a-z])(?:{words})(?![a-z])", name.casefold()) is not None


def names_no_measurement(name: str) -> bool:
    """Tell whether a column's name may say that its values were set or worked out."""
    spaced = _INNER_CAPITAL.sub(" ", name).replace("_", " ")
    return _NO_MEASUREMENT.search(folded(spaced)) is not None


def has_unit_of(name: str, quantity: str) -> bool:
    """Tell whether a column's name states a unit that measures this quantity and no other."""
    measured = [one for one in UNITS if stated_unit(name, one) is not None]
    return measured == [quantity] and quantity not in WITH_VAGUE_UNITS


def stated_unit(name: str, quantity: str) -> str | None:
    """Return the unit of a quantity that a column's name states, or None."""
    spellings = {one for unit in UNITS[quantity] for one in unit.spellings if one}
    for part in _parts(name):
        if part in spellings:
            return part
        if quantity == "humidity" and _PERCENT_HUMIDITY.fullmatch(part):
            return "%RH"
    return None


def states_unit(name: str) -> bool:
    """Tell whether a column's name states a unit that tells what is measured."""
    telling = (one for one in UNITS if one not in WITH_VAGUE_UNITS)
    return any(stated_unit(name, one) is not None for one in telling)


def _head(name: str) -> str:
    """Return a name without its zone and without what stands in brackets or behind a comma."""
    head = folded(_BRACKETED.sub(" ", name).split(",")[0]).strip(" :#")
    return _ZONE_BEHIND.sub("", head)


def _parts(name: str) -> list[str]:
    """Return the pieces of a name that may be a unit."""
    bracketed = [(one or other).strip() for one, other in _BRACKETED.findall(name)]
    plain = [part.strip() for part in _BRACKETED.sub(" ", name).split(",")]
    signed = [one.strip() for part in plain for one in _WITH_SIGN.findall(part)]
    spaced = [part.replace(" ", "") for part in (*bracketed, *signed)]
    return [part for part in (*bracketed, *plain, *signed, *spaced) if part]
