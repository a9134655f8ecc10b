"""Metrics in the Prometheus text exposition format 0.0.4 (pure)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from gateway.ports import AssetSummary, Status
from gateway.prometheus import family


def metrics_text(status: Status, assets: Iterable[AssetSummary]) -> str:
    """Return the metrics of the service and its fleet."""
    dispositions = Counter(one.disposition for one in assets)
    families = [
        _family("cargotwin_inputs_total", "counter", "Inputs by kind.", "kind", status.counters),
        _family("cargotwin_behind", "gauge", "Items that wait, by stage.", "stage", status.behind),
        _family("cargotwin_assets", "gauge", "Assets by disposition.", "disposition", dispositions),
    ]
    chain = status.chain
    if chain is not None:
        counts = {"queued": chain.queued, "confirmed": chain.confirmed}
        families.append(
            _family("cargotwin_versions", "gauge", "Versions by state.", "state", counts)
        )
        families.append(_single("cargotwin_gas_used_total", "Gas used.", chain.gas_used))
    return "".join(families)


def _family(name: str, kind: str, text: str, label: str, values: Mapping[str, int]) -> str:
    return family(name, kind, text, [("", {label: key}, values[key]) for key in sorted(values)])


def _single(name: str, text: str, value: int) -> str:
    return family(name, "counter", text, [("", {}, value)])
