"""Citations and regimens as they are printed: figures only when they were checked at their source."""

from typing import Any

from engine.language.evidence import link, reference
from engine.language.guideline import Guideline
from engine.language.rules import Citation


def cited(guideline: Guideline, citation: Citation) -> dict[str, Any]:
    """A citation as printed: figures only when they were checked."""
    source, finding = guideline.evidence[citation.source], guideline.finding(citation)
    body: dict[str, Any] = {"source": citation.source, "finding": citation.finding, "text": finding.text}
    if finding.checked and finding.value:
        body["value"] = finding.value
    body |= {
        "label": source.title,
        "reference": reference(source, finding),
        "url": link(source, finding),
        "checked": finding.checked,
    }
    return body


def regimen(guideline: Guideline, name: str) -> dict[str, Any]:
    """A regimen as printed; without doses when they were not checked."""
    one = guideline.regimens[name]
    parts = [
        {
            "phase": part.phase,
            "drug": part.drug,
            "dose": part.dose if one.checked else None,
            "schedule": part.schedule,
            "cycles": None if part.cycles is None else str(part.cycles),
        }
        for part in one.parts
    ]
    return {
        "id": one.id,
        "title": one.title,
        "parts": parts,
        "growth_factor": one.growth_factor,
        "notes": list(one.notes),
        "checked": one.checked,
    }
