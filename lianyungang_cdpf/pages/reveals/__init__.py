"""查看完整号码: one number at a time, for a reason, on an answer of its own that nobody keeps."""
