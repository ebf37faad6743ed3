"""A study file to change in tests."""

STUDY = """\
format: hoplon-study
version: 1
name: loads
title: How many interceptors against one missile
question: Does a second one help?
scenario: one-on-one
vary:
  batteries.mutsumi_battery.loaded: [1, 2]
mode: expected
"""


def study(vary: str = "", *, head: str = "", **changes: str) -> str:
    """Return the text with other axes and other keys."""
    text = STUDY
    if vary:
        start, end = text.index("  batteries."), text.index("mode:")
        body = "".join(f"  {line}\n" for line in vary.strip("\n").splitlines())
        text = text[:start] + body + text[end:]
    for key, value in changes.items():
        lines = [line for line in text.splitlines() if not line.startswith(f"{key}:")]
        text = "\n".join([*lines, f"{key}: {value}"]) + "\n"
    return text + head
