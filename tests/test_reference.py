"""The reference pages say what is so: their tables are the code's."""

import json
import re

import pytest

from tutorial.pages.blocks import ATTRIBUTES
from tutorial.proof import report
from tutorial.reference import PAGES, SHAPE, fields, tables, up_to_date
from tutorial.repository import ROOT


def text(page: str) -> str:
    return (ROOT / page).read_text("utf-8")


@pytest.mark.parametrize("page", PAGES)
def test_each_table_is_as_the_code_has_it(page: str) -> None:
    assert up_to_date(text(page)) == text(page), "run `python -m tutorial.reference`"


def test_each_table_is_on_a_page() -> None:
    marks = re.findall(r"<!-- ([a-z]+) -->", "".join(map(text, PAGES)))
    assert sorted(marks) == sorted(tables())


@pytest.mark.parametrize("heading", SHAPE)
def test_each_field_of_the_report_is_told(heading: str) -> None:
    name, told = SHAPE[heading]
    if name:
        assert list(told) == fields(name)


def test_the_reports_file_has_the_fields_that_are_told() -> None:
    data = json.loads(
        report.as_json(report.report_json(report.Report("3.11.7", False, "", 0, ()), {}))
    )
    assert list(data) == list(SHAPE["The whole"][1])


@pytest.mark.parametrize("role", ATTRIBUTES)
def test_each_role_is_told(role: str) -> None:
    assert re.search(rf"^\| {role} \|", text(PAGES[0]), re.M)


@pytest.mark.parametrize("attribute", sorted(ATTRIBUTES["terminal"]))
def test_each_attribute_of_a_terminal_is_told(attribute: str) -> None:
    assert f"| `{attribute}=" in text(PAGES[0])
