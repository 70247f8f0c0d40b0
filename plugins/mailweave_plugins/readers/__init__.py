"""The readers: kinds of place that the profiles of a bulk run come from, one a module."""
