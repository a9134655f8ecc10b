"""What means the same: the reviewed words and turns by which free language may leave the grammar.

Rules for whoever edits them: what stands after `=` may replace what stands before it in every
sentence of the grammar without making it say more, less or something else; a turn that is safe
beside one slot alone names the slot. `the` is any article, `|` a comma, a semicolon or a colon; an
article that begins a sentence or follows `|` is set aside before and stands in no entry.
"""

from __future__ import annotations

ARTICLES = frozenset({"the", "a", "an"})

_NOT_AFTER_ARTICLES = """
the a an is are was were has have had been | ( ) of at from to in on by with for and or no not that
which than under against according as while since
"""
NOT_AFTER_ARTICLES = frozenset(_NOT_AFTER_ARTICLES.split())
"""What makes an article before it a slip; a sentence that slips there may slip elsewhere."""

_NEGATIONS = """
no not none nothing nobody never neither nor without cannot unlike unusable unknown unsettled
unanswered untouched undiminished unused unspent lacks lack want only
"""
NEGATIONS = frozenset(_NEGATIONS.split())
"""Words by which a sentence turns round what it says, or bounds it."""

_CLAIMS = """
goods cargo product products safe safely intact undamaged fresh fine good well properly correctly
careful carefully fault blame responsible successfully compliant conformant acceptable guaranteed
certainly probably likely always fully perfectly stable satisfactory excellent efficacy spoiled
tampered negligence
"""
CLAIMS = frozenset(_CLAIMS.split())
"""Words of claims that no fact bears, named so that a refusal can name them."""

PARAPHRASES = """
no = there is no / there was no / there are no / there were no / there has been no / not any
without the = with no / without any
recorded = registered / logged / on record / on the record
recorded = is recorded / was recorded / has been recorded
recorded = are recorded / were recorded / have been recorded
assessed = judged / evaluated
assessment = judgement / judgment / evaluation
latest = most recent / last
between {lowest} and {highest} = from {lowest} to {highest}
between {lowest_mean} and {highest_mean} = from {lowest_mean} to {highest_mean}
ranged between {lowest} = ran between {lowest} / lie between {lowest} / lay between {lowest}
ranged between {lowest} = fall between {lowest} / fell between {lowest} / are between {lowest}
ranged between {lowest} = were between {lowest} / varied between {lowest}
ranging between {lowest} = running between {lowest} / lying between {lowest}
ranging between {lowest} = varying between {lowest} / falling between {lowest}
{quantity} readings = readings of {quantity} / readings for {quantity}
time-weighted mean = time-weighted average / time weighted average / time weighted mean
time-weighted means = time-weighted averages / time weighted averages / time weighted means
mean {mean} = mean of {mean} / mean is {mean} / mean was {mean} / mean being {mean}
temperature {kinetic} = temperature of {kinetic} / temperature is {kinetic}
temperature {kinetic} = temperature was {kinetic} / temperature being {kinetic}
| time-weighted mean = and the time-weighted mean / with the time-weighted mean
| time-weighted mean = | and the time-weighted mean / | with the time-weighted mean
| time-weighted mean = | their time-weighted mean / and their time-weighted mean
| time-weighted mean = | and their time-weighted mean / | while the time-weighted mean
| time-weighted means = and time-weighted means / with time-weighted means
| time-weighted means = | and time-weighted means / | with time-weighted means
| time-weighted means = | and the time-weighted means / | their time-weighted means
| mean kinetic temperature = and the mean kinetic temperature / with the mean kinetic temperature
| mean kinetic temperature = | and the mean kinetic temperature
| mean kinetic temperature = | with the mean kinetic temperature
| mean kinetic temperature = | while the mean kinetic temperature
limit {limit} = limit of {limit} / {limit} limit
threshold {threshold} = threshold of {threshold} / {threshold} threshold
peak {peak} = peak of {peak} / peak is {peak} / peak was {peak} / peak being {peak}
| highest peak = and the highest peak / with the highest peak / | while the highest peak
| highest peak = | and the highest peak / | with the highest peak
| peak = | and the peak / | with the peak
extreme {extreme} = extreme of {extreme} / extreme is {extreme} / extreme was {extreme}
extreme {extreme} = extreme being {extreme}
| extreme = | and the extreme / | with the extreme
longest gap {gap} = longest gap of {gap} / longest gap is {gap} / longest gap was {gap}
longest gap {gap} = longest gap being {gap}
| longest gap = and the longest gap / with the longest gap / | while the longest gap
| longest gap = | and the longest gap / | with the longest gap
allowance {allowed} = allowance of {allowed} / {allowed} allowance
policy {policy} = {policy} policy
under the policy = under policy / according to the policy / against the policy / against policy
| {severity} = with {severity} / and {severity} / | with {severity} / | and {severity}
| {outside} = | with {outside} / | and {outside}
disposition {disposition} = disposition is {disposition} / disposition of {disposition}
at {as_of} = as of {as_of} / on {as_of}
{left} left = {left} is left / {left} remains / {left} is still left / {left} is remaining
shown by = evidenced by / as shown by / according to
comes to = amounts to
because of = owing to / due to / on account of
custodian = holder
required = prescribed
allowed = permitted
began = started / commenced
overall = in all / in total / altogether
| no = | and no / | with no / | and there is no
| no handover = and no handover / with no handover / without the handover / | without the handover
no excursion = no excursions
no shock = no shocks
no observation planned = no observation was planned / no observation is planned
{peak} at {peak_at} = {peak} | at {peak_at}
enclosure at {opened_at} = enclosure | at {opened_at}
assessment rests on = assessment is based on / assessment draws on / assessment relies on
none unusable = none of them unusable / none of which are unusable / none of which were unusable
received = taken in
"""
"""One line each: what is kept, then what is read as the same."""
