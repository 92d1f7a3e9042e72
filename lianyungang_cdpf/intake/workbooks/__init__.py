"""Workbooks that go back to the clerk: the own file with its findings marked, the bad rows alone, blank forms."""
