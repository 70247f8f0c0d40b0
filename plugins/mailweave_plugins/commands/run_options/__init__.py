"""Options of `mailweave run`, a module for each subject."""
