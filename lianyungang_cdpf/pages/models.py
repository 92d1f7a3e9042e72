"""What the pages keep themselves: news and policies for the public, exports with whole numbers."""

from lianyungang_cdpf.pages.exports.models import UnmaskedExport
from lianyungang_cdpf.pages.public.news import News

__all__ = ["News", "UnmaskedExport"]
