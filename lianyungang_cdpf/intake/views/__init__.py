"""The pages of an import: choose a file, wait, check what was found, post, see the result."""
