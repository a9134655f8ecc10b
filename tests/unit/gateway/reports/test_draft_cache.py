from condition_reports.plan import Plan
from condition_reports.release import plan_for
from condition_reports.writers.template import TemplateWriter
from condition_reports.writers.tiny import load_tiny
from condition_reports.writers.writer import Decoding, Draft
from gateway.reports.draft_cache import DraftCache, joined
from tests.unit.condition_reports import scenes

WRITER = load_tiny()
DIGEST = WRITER.identity.digest
CALM = plan_for(scenes.facts_from(scenes.conformant()))
HOT = plan_for(scenes.facts_from(scenes.excursion()))


def keeping(plan: Plan, seed: int, cache: DraftCache | None = None) -> DraftCache:
    cache = DraftCache() if cache is None else cache
    cache.keep(DIGEST, plan, seed, WRITER.draft(plan, seed))
    return cache


def test_draft_that_was_kept_is_found_whole() -> None:
    assert keeping(HOT, 5).find(DIGEST, HOT, 5) == (WRITER.draft(HOT, 5), Plan(()))


def test_draft_is_not_found_for_another_seed_or_writer() -> None:
    cache = keeping(HOT, 5)
    assert cache.find(DIGEST, HOT, 6) == (Draft(()), HOT)
    assert cache.find("another", HOT, 5) == (Draft(()), HOT)


def test_sections_of_the_same_shape_are_found_in_another_plan_word_for_word() -> None:
    found, missing = keeping(CALM, 5).find(DIGEST, HOT, 5)
    shared = [one for one in HOT.sections if one in CALM.sections]
    assert shared
    assert [one for one in HOT.sections if one not in shared] == list(missing.sections)
    whole = joined(HOT, (found, WRITER.draft(missing, 5)))
    assert whole == WRITER.draft(HOT, 5)


def test_draft_of_one_prompt_is_found_for_its_own_plan_alone() -> None:
    decoding = Decoding("greedy", prompt_sha256="ab" * 32)
    draft = Draft(WRITER.draft(HOT, 5).sections, decoding)
    cache = DraftCache()
    cache.keep(DIGEST, HOT, 5, draft)
    assert cache.find(DIGEST, HOT, 5) == (draft, Plan(()))
    assert cache.find(DIGEST, CALM, 5) == (Draft(()), CALM)


def test_rules_that_look_at_the_whole_report_are_found_for_its_own_plan_alone() -> None:
    template, cache = TemplateWriter(), DraftCache()
    for seed in range(8):
        for plan in (CALM, HOT):
            found, missing = cache.find("rules", plan, seed)
            assert missing == plan
            cache.keep("rules", plan, seed, joined(plan, (found, template.draft(missing, seed))))
            assert cache.find("rules", plan, seed) == (template.draft(plan, seed), Plan(()))


def test_sections_that_were_not_asked_for_longest_give_way() -> None:
    cache = DraftCache(sections=len(HOT.sections) + 1)
    keeping(HOT, 1, cache)
    first = Plan(HOT.sections[:1])
    cache.find(DIGEST, first, 1)
    keeping(Plan(HOT.sections[:2]), 2, cache)
    assert len(cache) == len(HOT.sections) + 1
    assert cache.find(DIGEST, first, 1)[1] == Plan(())
    assert cache.find(DIGEST, HOT, 1)[1] == Plan(HOT.sections[1:2])


def test_looks_are_counted() -> None:
    cache = keeping(HOT, 5)
    cache.find(DIGEST, HOT, 5)
    cache.find(DIGEST, HOT, 6)
    assert (cache.hits, cache.misses) == (len(HOT.sections), len(HOT.sections))
