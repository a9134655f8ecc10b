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
unanswered untouched unused unspent unjudged unobserved unavailable missing absent lacking lacks
lack want only silent excludes exclude excluded omits omit ignores but yet too
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
| time-weighted mean {mean} = ( time-weighted mean {mean} )
| mean kinetic temperature {kinetic} = ( mean kinetic temperature {kinetic} )
| assessed mean kinetic temperature {kinetic} = ( assessed mean kinetic temperature {kinetic} )
| assessed mean kinetic = with the assessed mean kinetic / | with the assessed mean kinetic
| assessed mean kinetic = and the assessed mean kinetic / | and the assessed mean kinetic
{quantity} readings = readings of {quantity} / readings for {quantity} / {quantity} measurements
{quantity} readings = measurements of {quantity} / measurements for {quantity}
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
the limit {limit} = its limit {limit} / its limit of {limit} / its {limit} limit
exceeds the limit {limit} = surpasses the limit {limit} / is above the limit {limit}
exceeds the limit {limit} = lies above the limit {limit}
threshold {threshold} = threshold of {threshold} / {threshold} threshold
peak {peak} = peak of {peak} / peak is {peak} / peak was {peak} / peak being {peak}
| highest peak = and the highest peak / with the highest peak / | while the highest peak
| highest peak = | and the highest peak / | with the highest peak
| highest peak {peak} = ( highest peak {peak} ) / ( highest | {peak} )
reaching {extreme} = and reached {extreme} / with the extreme of {extreme}
reaching {extreme} = and reaching {extreme}
| no return = and no return / with no return / without the return / | and no return
| no return = | with no return / | without the return
| {custody} = ( {custody} )
| shown by {shown_by} = ( {shown_by} ) / ( shown by {shown_by} )
longest gap {gap} = longest gap of {gap} / longest gap is {gap} / longest gap was {gap}
longest gap {gap} = longest gap being {gap}
| longest gap = and the longest gap / with the longest gap / | while the longest gap
| longest gap = | and the longest gap / | with the longest gap
| longest gap {gap} = ( longest gap {gap} )
allowance {allowed} = allowance of {allowed} / {allowed} allowance
allowance for {allowances} = allowances for {allowances}
policy {policy} = {policy} policy
under the policy {policy} = according to the {policy} policy / according to {policy} policy
under the policy = under policy / according to the policy / against the policy / against policy
| {severity} = with {severity} / and {severity} / | with {severity} / | and {severity}
| {severity} = and has {severity} / | and has {severity}
disposition {disposition} = disposition is {disposition} / disposition of {disposition}
at {as_of} = as of {as_of} / on {as_of}
{left} left = {left} is left / {left} remains / {left} is still left / {left} is remaining
{left} left = {left} still remains / {left} remaining
shown by = evidenced by / as shown by / according to
comes to = amounts to
because of = owing to / due to / on account of
custodian = holder
required = prescribed
allowed = permitted
began = started / commenced
in all = in total / altogether
found = established / identified / detected
present = current
observation = monitoring
{planned} was observed = {planned} was monitored / {planned} was covered
may be newer = may be later / may be more recent / might be newer / could be newer
| some findings = | but some findings / but some findings / | while some findings
| some findings = while some findings / | and some findings / and some findings
no excursion = no excursions
no shock = no shocks
has been found = have been found
was found = were found
no observation was planned = no observation planned / no observation is planned
{peak} at {peak_at} = {peak} | at {peak_at}
enclosure at {opened_at} = enclosure | at {opened_at}
assessment rests on = assessment is based on / assessment draws on / assessment relies on
none unusable = none of them unusable / none of which are unusable / none of which were unusable
"""
"""One line each: what is kept, then what is read as the same."""
