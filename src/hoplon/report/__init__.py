"""Figures, tables and the page that a run leaves for its readers. Reads results only."""

from hoplon.report.page import report_html, write_report

__all__ = ["report_html", "write_report"]
