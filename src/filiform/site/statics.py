"""Static files under names that hold their digest, scripts that import each other among them."""

from __future__ import annotations

from whitenoise.storage import (  # type: ignore[import-untyped]
    CompressedManifestStaticFilesStorage,
)


class HashedFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # untyped
    """Whitenoise's storage, which also rewrites what a script imports."""

    support_js_module_import_aggregation = True
