"""The suites, one module each."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from conformance.case import Suite
from conformance.suites.colorlib import Colorlib
from conformance.suites.golden_liquid import GoldenLiquid
from conformance.suites.handlebars_js import HandlebarsJs
from conformance.suites.mjml_templates import MjmlTemplates
from conformance.suites.mustache import MustacheSpec
from conformance.suites.shopify_liquid import ShopifyLiquid

SUITES: Final[tuple[Suite, ...]] = (GoldenLiquid(), ShopifyLiquid(), HandlebarsJs(), MustacheSpec(), MjmlTemplates(), Colorlib())


def find_suite(checkout: Path) -> Suite | None:
    """The suite that a folder is a checkout of."""
    return next((suite for suite in SUITES if suite.is_in(checkout)), None)
