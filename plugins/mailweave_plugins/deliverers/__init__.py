"""The deliverers: kinds of place that the messages of a bulk run go to, one a module."""
