"""What bin/test searches a run's files for is found where it is, and nothing else is."""

import pytest

from tests.fixtures_city import make_id
from tests.house.plaintext import main
from tests.subsidies.samples import account

ID = make_id(7)


@pytest.mark.parametrize("written", [ID, f"{ID}42", account(7), f"a{ID}"])
def test_a_number_in_a_file_is_told_by_its_beginning_and_place(tmp_path, capsys, written):
    (tmp_path / "base").mkdir()
    (tmp_path / "base" / "16384").write_bytes(b"\0\xff+" + written.encode() + b"\0\x80")
    assert main([str(tmp_path)]) == 1
    said = capsys.readouterr().out
    assert "base/16384" in said and ID not in said and account(7) not in said


@pytest.mark.parametrize("written", [ID[:-1] + "0123456789"[int(ID[-1]) - 5], ID[:17], "1900000" + "6430", "f" * 64])
def test_wrong_check_digits_phones_and_digests_are_nobodys_number(tmp_path, written):
    (tmp_path / "16384").write_bytes(b"\0" + written.encode() + b"\0")
    assert main([str(tmp_path)]) == 0


def test_rolls_to_try_are_left_out_and_what_cannot_be_searched_is_told(tmp_path):
    (tmp_path / "samples").mkdir()
    (tmp_path / "samples" / "roll.csv").write_text(ID)
    assert main([str(tmp_path)]) == 0
    assert main([str(tmp_path / "nowhere")]) == 1
