"""Bulk runs: one campaign for many profiles, on all cores or a cluster, to be killed and gone on with at any moment.

A run has a folder. `manifest.json` says what the run is and into which parts its profiles are divided. A part is built and delivered by one
worker; it is done when its file in `parts/` is there, which is the last thing that is written for it. What is done is never done again.
"""
