"""What every test may use: tables for the reader of the log.

A test says `record_property("table: <title>", text)`; the text is printed below the results, whichever process ran the test.
"""

import pytest

TABLE = "table: "


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for reports in terminalreporter.stats.values():
        for report in reports:
            if getattr(report, "when", "") == "call":
                for name, text in report.user_properties:
                    if name.startswith(TABLE):
                        terminalreporter.section(name.removeprefix(TABLE))
                        terminalreporter.write_line(text)
