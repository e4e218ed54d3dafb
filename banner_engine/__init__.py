"""banner_engine: banners in bulk, one variant for each taste."""

from __future__ import annotations
