"""What goes out of a run beside the messages themselves: columns that are passed through, compression, and stores that files are put into."""
