"""What means the same: the reviewed words and turns by which free language may leave the grammar.

Rules for whoever edits them: what stands after `=` may replace what stands before it in every
sentence of the grammar without making it say more, less or something else, or leave it no English:
a noun stands for a noun, a singular for a singular, and an entry has a finite verb on both sides of
`=` or on neither, but for a clause that follows `|`. A turn that is safe in some places alone names
what stands beside it there. The longest entry at a place wins, so one that names more keeps a
shorter one away, as `is found {disposition}` does for `found`, if the shorter one makes other words
of its own. What fits no entry is a sentence of `wordings`. `the` is any article, `|` a comma, a
semicolon or a colon; an article that begins a sentence or follows `|` is set aside before and
stands in no entry.
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
there is no = there was no / there has been no / there is not any / there was not any
there are no = there were no / there have been no / there are not any / there were not any
without the = with no / without any
recorded = registered / logged
on record = on the record
sensors recorded = sensors detected / sensors identified
recorded | {shocks} = detected | {shocks}
recorded | {openings} = detected | {openings}
recorded shocks = detected shocks
recorded closing = detected closing
show no shock = show no shocks
assessed = judged / evaluated
assessment = judgement / judgment / evaluation
no verdict on = no judgement on / no judgment on
is rated {disposition} = is judged {disposition} / is classed {disposition}
is rated {disposition} = is found {disposition}
deemed unusable = judged unusable / found unusable
had no sensor reading = found no sensor reading / received no sensor reading
noted against the sensors = found against the sensors
established = found / identified / detected
was established = has been established
were established = have been established
established no excursion = established no excursions
latest milestone = most recent milestone / last milestone
latest recorded milestone = most recent recorded milestone / last recorded milestone
latest opening = most recent opening / last opening
last assessment = latest assessment / most recent assessment
ranged from {lowest} to {highest} = ranged between {lowest} and {highest}
ranged from {lowest} to {highest} = ran from {lowest} to {highest}
ranged from {lowest} to {highest} = ran between {lowest} and {highest}
ranged from {lowest} to {highest} = varied from {lowest} to {highest}
ranged from {lowest} to {highest} = varied between {lowest} and {highest}
ranged from {lowest} to {highest} = lay between {lowest} and {highest}
ranged from {lowest} to {highest} = fell between {lowest} and {highest}
readings ranged from {lowest} to {highest} = readings are between {lowest} and {highest}
readings ranged from {lowest} to {highest} = readings were between {lowest} and {highest}
ranging from {lowest} to {highest} = ranging between {lowest} and {highest}
ranging from {lowest} to {highest} = running from {lowest} to {highest}
ranging from {lowest} to {highest} = running between {lowest} and {highest}
ranging from {lowest} to {highest} = varying from {lowest} to {highest}
ranging from {lowest} to {highest} = varying between {lowest} and {highest}
ranging from {lowest} to {highest} = lying between {lowest} and {highest}
ranging from {lowest} to {highest} = falling between {lowest} and {highest}
{quantity} readings = readings of {quantity} / readings for {quantity} / {quantity} measurements
{quantity} readings = measurements of {quantity} / measurements for {quantity}
time-weighted mean = time-weighted average / time weighted average / time weighted mean
time-weighted means = time-weighted averages / time weighted averages / time weighted means
mean was {mean} = mean is {mean}
| time-weighted mean was {mean} = and the time-weighted mean was {mean}
| time-weighted mean was {mean} = | and the time-weighted mean was {mean}
| time-weighted mean was {mean} = | while the time-weighted mean was {mean}
| time-weighted mean was {mean} = | their time-weighted mean was {mean}
| time-weighted mean was {mean} = | and their time-weighted mean was {mean}
| time-weighted mean was {mean} = and their time-weighted mean was {mean}
| time-weighted mean {mean} = | time-weighted mean was {mean} / | time-weighted mean being {mean}
| time-weighted mean {mean} = | time-weighted mean of {mean} / ( time-weighted mean {mean} )
| time-weighted mean {mean} = ( time-weighted mean of {mean} )
| time-weighted mean {mean} = with the time-weighted mean of {mean}
| time-weighted mean {mean} = | with the time-weighted mean of {mean}
temperature was {kinetic} = temperature is {kinetic}
| mean kinetic temperature was {kinetic} = | and the mean kinetic temperature was {kinetic}
| mean kinetic temperature was {kinetic} = | while the mean kinetic temperature was {kinetic}
| mean kinetic temperature {kinetic} = | mean kinetic temperature was {kinetic}
| mean kinetic temperature {kinetic} = | mean kinetic temperature being {kinetic}
| mean kinetic temperature {kinetic} = | mean kinetic temperature of {kinetic}
| mean kinetic temperature {kinetic} = ( mean kinetic temperature {kinetic} )
| mean kinetic temperature {kinetic} = ( mean kinetic temperature of {kinetic} )
{highest} | mean kinetic temperature of = {highest} with the mean kinetic temperature of
| mean kinetic temperature {kinetic} = | with the mean kinetic temperature of {kinetic}
| assessed mean kinetic temperature {kinetic} = ( assessed mean kinetic temperature {kinetic} )
| assessed mean kinetic temperature {kinetic} = | assessed mean kinetic temperature of {kinetic}
| assessed mean kinetic temperature {kinetic} = | assessed mean kinetic temperature was {kinetic}
| assessed mean kinetic temperature of = with the assessed mean kinetic temperature of
| assessed mean kinetic temperature of = | with the assessed mean kinetic temperature of
means {lowest_mean} to = means of {lowest_mean} to / means from {lowest_mean} to
means {lowest_mean} to {highest_mean} = means between {lowest_mean} and {highest_mean}
| time-weighted means {lowest_mean} to = with time-weighted means {lowest_mean} to
| time-weighted means {lowest_mean} to = | with time-weighted means {lowest_mean} to
| time-weighted means {lowest_mean} to = | and time-weighted means {lowest_mean} to
| time-weighted means {lowest_mean} to = | their time-weighted means {lowest_mean} to
the limit {limit} = the limit of {limit} / the {limit} limit
the limit {limit} = its limit {limit} / its limit of {limit} / its {limit} limit
acceleration limit {limit} = acceleration limit of {limit}
exceeds the limit {limit} = surpasses the limit {limit} / is above the limit {limit}
exceeds the limit {limit} = lies above the limit {limit}
shock threshold {threshold} = shock threshold of {threshold}
highest peak was {peak} = highest peak is {peak}
| highest peak was {peak} = and the highest peak was {peak} / | and the highest peak was {peak}
| highest peak was {peak} = | while the highest peak was {peak}
| highest peak {peak} = | highest peak was {peak} / | highest peak being {peak}
| highest peak {peak} = | with the highest peak of {peak}
| highest peak {peak} = ( highest peak {peak} ) / ( highest | {peak} )
| no assessed return = with no assessed return / without the assessed return
| no assessed return = | with no assessed return / | without the assessed return
| {custody} = ( {custody} )
evidenced by = shown by / as shown by / according to
| evidenced by {shown_by} = ( {shown_by} ) / ( shown by {shown_by} )
longest gap was {gap} = longest gap is {gap}
| longest gap was {gap} = and the longest gap was {gap} / | and the longest gap was {gap}
| longest gap was {gap} = | while the longest gap was {gap}
| longest gap {gap} = | longest gap was {gap} / | longest gap being {gap}
| longest gap {gap} = with the longest gap of {gap} / | with the longest gap of {gap}
| longest gap {gap} = ( longest gap {gap} ) / ( longest gap of {gap} )
allowance {allowed} = allowance of {allowed} / {allowed} allowance
policy {policy} = {policy} policy
under the policy {policy} = according to the {policy} policy / according to {policy} policy
under the policy = under policy / according to the policy
assessed under the policy = assessed against the policy / assessed against policy
| {severity} = with {severity} / | with {severity}
the disposition {disposition} = the disposition of {disposition}
at {as_of} = as of {as_of} / on {as_of}
{left} is left = {left} remains / {left} is still left / {left} still remains
{left} is left = {left} is remaining
{left} left = {left} remaining
comes to {index} = amounts to {index}
because of = owing to / due to / on account of
custodian = holder
required = prescribed
allowed = permitted
began = started / commenced
in all = in total / altogether
present = current
observation = monitoring
{planned} was observed = {planned} was monitored / {planned} was covered
may be newer = may be later / may be more recent / might be newer / could be newer
| some findings = | but some findings / but some findings / | while some findings
| some findings = while some findings / | and some findings / and some findings
{peak} at {peak_at} = {peak} | at {peak_at}
enclosure at {opened_at} = enclosure | at {opened_at}
assessment rests on = assessment is based on / assessment draws on / assessment relies on
| none unusable = | none of them unusable / | none of which are unusable
| none unusable = | none of which were unusable
"""
"""One line each: what is kept, then what is read as the same."""
