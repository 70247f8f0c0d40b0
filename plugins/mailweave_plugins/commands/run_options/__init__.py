"""Options of `mailweave run`, one module for each subject."""
