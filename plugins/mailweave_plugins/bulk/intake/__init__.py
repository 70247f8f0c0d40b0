"""Profiles that come as a stream: from standard input, a pipe, a compressed file or a store. They are copied into the run's folder once."""
