"""Which test holds each case of access control (test-cases.md (b)); a test that is renamed has to be renamed here."""

import pytest

from tests.house.project import ROOT

HELD_BY = {
    "A1 every cell of the matrix": (
        "isolation/test_matrix.py::test_every_address_answers_the_visitor_as_the_table_says",
        "isolation/test_matrix.py::test_no_page_answers_to_a_method_that_no_form_sends",
        "isolation/test_urls.py::test_every_address_has_its_row",
        "isolation/test_tables_of_lists.py::test_every_list_offers_what_the_table_says",
        "isolation/test_tables_of_lists.py::test_every_command_stands_in_its_table",
    ),
    "A2 a foreign id is as an unknown one": (
        "isolation/test_urls.py::test_foreign_address_is_answered_like_one_that_does_not_exist",
        "isolation/test_admin.py::test_foreign_record_is_answered_like_one_that_does_not_exist",
        "isolation/test_matrix.py::test_a_foreign_record_costs_what_an_unknown_one_does",
    ),
    "A3 nothing is moved by a body": (
        "isolation/test_writes.py::test_record_can_not_be_moved_into_another_county",
        "isolation/test_matrix.py::test_a_column_that_a_form_does_not_offer_is_not_taken_from_it",
    ),
    "A4 foreign ids among the own": (
        "isolation/test_writes.py::test_actions_with_foreign_ids_mixed_in_change_nothing_foreign",
        "isolation/test_writes.py::test_foreign_inline_row_is_not_overwritten",
    ),
    "A5 suggestions": ("isolation/test_lists_out.py::test_autocomplete_suggests_nothing_foreign",),
    "A6 no oracle by filter or ordering": (
        "isolation/test_admin.py::test_an_address_made_up_by_hand_is_no_oracle",
        "api/test_isolation.py::test_no_filter_or_ordering_reaches_beyond_what_is_declared",
        "isolation/test_tables_of_lists.py::test_no_list_is_narrowed_or_ordered_by_a_secret",
    ),
    "A7 exports": (
        "isolation/test_lists_out.py::test_export_holds_nothing_foreign",
        "isolation/test_masking.py::test_no_file_of_a_list_holds_a_whole_number",
    ),
    "A8 a roll is no oracle": (
        "subsidies/test_judging.py::test_the_pages_of_an_import_tell_nothing_of_a_foreign_person",
        "intake/workbooks/test_rewritten.py::test_a_row_of_another_place_says_only_that",
    ),
    "A9 whole numbers": (
        "isolation/test_masking.py::test_no_address_answers_with_a_whole_number_but_those_of_the_list",
    ),
    "A10 guessed files": ("isolation/test_matrix.py::test_a_guessed_file_is_not_there",),
    "A11 sessions": (
        "accounts/signin/test_sessions.py::test_a_session_cannot_be_used_after_signing_out",
        "accounts/signin/test_sessions.py::test_a_session_given_before_signing_in_is_worth_nothing_after",
    ),
    "A12 the order of steps": (
        "subsidies/approval/test_actions.py::test_the_preparer_does_not_approve",
        "subsidies/approval/test_actions.py::test_a_paid_roll_is_neither_called_back_nor_returned",
        "audit/test_every_event.py::test_every_event_of_the_story_leaves_one_line_that_says_all",
    ),
    "A13 the API's description": ("api/test_schemathesis.py::",),
}


@pytest.mark.parametrize("case", HELD_BY)
def test_the_tests_that_hold_a_case_are_there(case):
    for place in HELD_BY[case]:
        path, _, name = place.partition("::")
        assert f"def {name or 'test_'}" in (ROOT / "tests" / path).read_text(encoding="utf-8"), place
