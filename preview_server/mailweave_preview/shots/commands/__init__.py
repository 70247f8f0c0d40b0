"""The commands `shots`, `approve` and `report`."""
