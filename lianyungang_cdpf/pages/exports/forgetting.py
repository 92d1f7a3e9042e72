"""Exports with whole numbers, for the purge; the worker ends them by the hour."""

from lianyungang_cdpf.audit.purging import AsItIs
from lianyungang_cdpf.pages.exports.actions import end_expired, over

PURGES = (AsItIs("exports", lambda moment: over(moment).count(), lambda moment: end_expired(moment=moment)),)
