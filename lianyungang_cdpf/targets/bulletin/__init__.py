"""通报: the month's circular in the office's own words, from draft to issue, as a page, .docx, .xlsx and .pdf."""
