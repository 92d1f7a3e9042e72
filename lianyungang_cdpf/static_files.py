"""Static files as they are kept for serving: named by content and gzipped once."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticFiles(CompressedManifestStaticFilesStorage):
    """Without Brotli, which whitenoise would use once any dependency brings it: its best level takes half a minute at
    the first start and saves an office's own network nothing.
    """

    def create_compressor(self, **kwargs):
        return super().create_compressor(**kwargs, use_brotli=False)
