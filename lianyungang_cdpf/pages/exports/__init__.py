"""完整号码导出: a list with whole numbers, asked for by one, allowed by another, made by the worker, soon gone."""
