"""One page on a choice among options: what is worth its price, and how sure that is."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import hoplon
from hoplon.report.least_picture import draw_front
from hoplon.report.page import page_part, template
from hoplon.report.words import counted, percent, plain_number
from hoplon.result.least import Least, OptionSet, Price


def least_html(least: Least, manifest: Mapping[str, Any] | None = None) -> str:
    """Set a result as one HTML page that needs nothing else and asks no host for anything.

    Parameters
    ----------
    least : Least
    manifest : mapping, optional
        Content of manifest.json.

    Returns
    -------
    str
    """
    known = dict(manifest or {})
    head, rest = least_answer(least)
    titles = {option.name: option.title for option in least.options}
    numbers = {each.options: number for number, each in enumerate(least.front, 1)}
    text: str = template("least.html").render(
        least=least,
        manifest=known,
        software_version=known.get("software_version", hoplon.__version__),
        style=page_part("style.css"),
        answer_head=head,
        answer_rest=rest,
        proof=proof_words(least),
        front=_front_rows(least, titles),
        sets=[_set_row(least, each, numbers.get(each.options)) for each in least.sets],
        options=[_option_row(option) for option in least.options],
        cities=[name.replace("_", " ").capitalize() for name in least.people],
        command=_command(least),
        picture=draw_front(least),
    )
    return text


def least_answer(least: Least) -> tuple[str, str]:
    """Say what came out.

    Parameters
    ----------
    least : Least

    Returns
    -------
    head, rest : str
    """
    front = least.front
    best = min(front, key=lambda each: (each.leakage.best, each.cost_jpy.best))
    head = (
        f"Of {counted(len(least.sets), 'defence')} computed, {len(front)} cannot be bettered for their "
        f"price; the one that lets least through, {percent(best.leakage.best)}, costs "
        f"{billions(best.cost_jpy.best)} yen: {set_words(best)}."
    )
    steps = [
        f"{set_words(each)} for {billions(each.cost_jpy.best)} ({percent(each.leakage.best)})"
        for each in front
        if each is not best
    ]
    shown = steps if len(steps) <= 6 else [*steps[:3], "…", *steps[-2:]]
    rest = f"For less money: {'; '.join(shown)}." if shown else ""
    return head, rest


def proof_words(least: Least) -> str:
    """Say how sure it is that no better set was missed.

    Parameters
    ----------
    least : Least

    Returns
    -------
    str
    """
    if least.enumerated:
        return (
            f"All {len(least.sets)} sets that the options allow were computed: the front is exact, nothing "
            "is assumed about how options add up."
        )
    points = f"{100 * least.slack:.2g}"
    held = (
        "provided that no addition to a set makes leakage, or the share of people protected, worse by more "
        f"than {points} points; among {counted(least.pairs, 'nested pair')} of sets that were "
        f"computed the worst was {100 * least.breach:.2g}"
    )
    if least.gap <= 0.0:
        return f"{len(least.sets)} sets were computed, and no other can stand on the front: proven, {held}."
    return (
        f"{len(least.sets)} sets were computed. At no cost can another let through less, or protect more of "
        f"the people, by more than {100 * least.gap:.3g} points than the front shown: proven, {held}."
    )


def billions(yen: float) -> str:
    """Write a sum of money in billions."""
    return f"{yen / 1e9:,.0f} billion".replace(",", "\u202f")


def set_words(each: OptionSet) -> str:
    """Name a set by its options."""
    return " + ".join(name.replace("_", " ") for name in each.options) or "none of the options"


def _span(price: Price) -> str:
    return f"{price.low / 1e9:,.0f} to {price.high / 1e9:,.0f}".replace(",", "\u202f")


def _front_rows(least: Least, titles: Mapping[str, str]) -> list[dict[str, Any]]:
    rows = []
    before: OptionSet | None = None
    for number, each in enumerate(least.front, 1):
        step = ""
        if before is not None and each.leakage.best < before.leakage.best:
            paid = each.cost_jpy.best - before.cost_jpy.best
            step = f"{paid / 1e9 / (100 * (before.leakage.best - each.leakage.best)):.1f}"
        if before is None or each.leakage.best < before.leakage.best:
            before = each
        rows.append(
            {
                "number": number,
                "titles": [titles[name] for name in each.options] or ["none of the options"],
                "cost": f"{each.cost_jpy.best / 1e9:,.0f}".replace(",", "\u202f"),
                "cost_span": _span(each.cost_jpy),
                "leakage": percent(each.leakage.best),
                "leakage_span": _interval(each.leakage.low, each.leakage.high, 100.0, " %"),
                "protected": f"{each.protected_people.best / 1e6:.2f}",
                "protected_span": _interval(each.protected_people.low, each.protected_people.high, 1e-6, ""),
                "used": f"{each.interceptors_used:.1f}",
                "step": step or "–",
                "robust": _robust(each),
            }
        )
    return rows


def _interval(low: float, high: float, factor: float, unit: str) -> str:
    return "" if math.isnan(low) else f"{low * factor:.1f} to {high * factor:.1f}{unit}"


def _robust(each: OptionSet) -> str:
    ends = [word for word, there in (("low", each.on_front_at_low), ("high", each.on_front_at_high)) if there]
    return " and ".join(ends) or "neither"


def _set_row(least: Least, each: OptionSet, number: int | None) -> dict[str, Any]:
    return {
        "number": str(number or ""),
        "chosen": set_words(each),
        "cost": f"{each.cost_jpy.best / 1e9:,.0f}".replace(",", "\u202f"),
        "leakage": percent(each.leakage.best),
        "protected": f"{each.protected_people.best / 1e6:.2f}",
        "unharmed": [percent(each.unharmed[name], 0) for name in least.people],
    }


def _option_row(option: Any) -> dict[str, Any]:
    return {
        "name": option.name,
        "title": option.title,
        "cost": f"{option.cost_jpy.best / 1e9:,.1f}".replace(",", "\u202f"),
        "span": f"{option.cost_jpy.low / 1e9:,.1f} to {option.cost_jpy.high / 1e9:,.1f}".replace(
            ",", "\u202f"
        ),
        "needs": ", ".join(option.needs),
        "excludes": ", ".join(option.excludes),
        "items": [
            {
                "what": f"{plain_number(item.count)} × {item.title}",
                "each": f"{item.each_jpy.best / 1e9:.3g}",
                "span": f"{item.each_jpy.low / 1e9:.3g} to {item.each_jpy.high / 1e9:.3g}",
                "year": item.year or "",
                "mark": item.mark,
                "source": item.source + (f"; without {item.excludes}" if item.excludes else ""),
            }
            for item in option.items
        ],
    }


def _command(least: Least) -> str:
    sampled = f" --mode sampled --runs {least.runs} --seed {least.seed}" if least.runs else ""
    return f"hoplon least options.yaml{sampled}"
