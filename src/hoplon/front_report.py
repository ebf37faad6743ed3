"""Reports made anew from a folder of any kind: what `hoplon report` does."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from hoplon.errors import OutputError, ResultFileError

_AGAIN = "The file was changed or cut short after it was written: compute it again."
#: Stands behind the name of a study's folder that is not complete yet.
_PART = ".part"


def rewrite_report(folder: str | Path) -> Path:
    """Write the report of a folder again, from the folder alone.

    Parameters
    ----------
    folder : str or Path
        That `hoplon run`, `compare`, `study`, `decide`, `least` or `map` wrote.

    Returns
    -------
    Path
        The page; the older one is replaced, in one step.

    Raises
    ------
    ResultFileError
        If the folder cannot be read.
    OutputError
        If the report cannot be written.
    """
    from hoplon.result.text_folder import folder_format
    from hoplon.result.whole_file import replace_whole

    place = Path(folder)
    found = folder_format(place)
    if found not in _PAGES:
        raise _unknown(place, found)
    page = place / "report.html"
    content = _PAGES[found](place)
    try:
        replace_whole(page, content.encode())
    except OSError as error:
        raise OutputError(
            f"the report cannot be written ({error.strerror or error})",
            where=str(page),
            remedy="Make the folder one that you may write to.",
        ) from error
    return page


def _unknown(place: Path, found: str) -> ResultFileError:
    """Say why a folder has no report: it is none, not complete, or not one of Hoplon's."""
    remedy = "Point to a folder that 'hoplon run', 'compare', 'study', 'decide', 'least' or 'map' wrote."
    part = place if place.name.endswith(_PART) else place.with_name(place.name + _PART)
    if part.is_dir():
        whole = str(part).removesuffix(_PART)
        remedy = f"Finish it first: hoplon resume {whole}"
        return ResultFileError("the study is not complete", where=str(place), remedy=remedy)
    if found:
        what = f"no report is known for the format '{found}'"
        return ResultFileError(what, where=str(place / "manifest.json"), remedy=remedy)
    if not place.exists():
        return ResultFileError("there is no such folder", where=str(place), remedy=remedy)
    if place.is_file():
        return ResultFileError("this is a file, not a folder", where=str(place), remedy=remedy)
    if (place / "manifest.json").is_file():
        what = "this says of no format what the folder holds"
        return ResultFileError(what, where=str(place / "manifest.json"), remedy=remedy)
    return ResultFileError("no result is in it: manifest.json is missing", where=str(place), remedy=remedy)


def _run(place: Path) -> str:
    from hoplon.report.page import report_html
    from hoplon.result import read_manifest, read_run_folder

    return report_html(read_run_folder(place), read_manifest(place))


def _comparison(place: Path) -> str:
    from hoplon.front_comparison import comparison_manifest, read_comparison
    from hoplon.report.comparison_page import comparison_html

    return comparison_html(read_comparison(place), comparison_manifest(place))


def _map(place: Path) -> str:
    from hoplon.report.map_page import map_html
    from hoplon.result.map_writer import read_map_folder, read_map_manifest

    return map_html(read_map_folder(place), read_map_manifest(place))


def _study(place: Path) -> str:
    from hoplon.report.sweep_page import sweep_html
    from hoplon.result.sweep_reader import read_sweep_folder, read_sweep_manifest

    return sweep_html(read_sweep_folder(place), read_sweep_manifest(place))


def _decides(place: Path) -> str:
    from hoplon.report.study_page import decides_html
    from hoplon.result.decides import DECIDES_FORMAT, DECIDES_VERSION, decides_from_text
    from hoplon.result.text_folder import read_folder_manifest, read_text_folder

    manifest = read_folder_manifest(place, DECIDES_FORMAT, DECIDES_VERSION, "such answer", "decide")
    texts = read_text_folder(place, manifest, _AGAIN, ("decides.json", "scenario.yaml"))
    where = str(place / "decides.json")
    return decides_html(decides_from_text(texts["decides.json"], where, texts["scenario.yaml"]), manifest)


def _least(place: Path) -> str:
    from hoplon.report.least_page import least_html
    from hoplon.result.least import LEAST_FORMAT, LEAST_VERSION, least_from_text
    from hoplon.result.text_folder import read_folder_manifest, read_text_folder

    manifest = read_folder_manifest(place, LEAST_FORMAT, LEAST_VERSION, "choice among options", "least")
    texts = read_text_folder(place, manifest, _AGAIN, ("least.json", "scenario.yaml", "options.yaml"))
    where = str(place / "least.json")
    found = least_from_text(texts["least.json"], where, texts["scenario.yaml"], texts["options.yaml"])
    return least_html(found, manifest)


#: By the format that a folder's manifest names.
_PAGES: dict[str, Callable[[Path], str]] = {
    "hoplon-run": _run,
    "hoplon-comparison-result": _comparison,
    "hoplon-map": _map,
    "hoplon-study-result": _study,
    "hoplon-decides": _decides,
    "hoplon-least-result": _least,
}
