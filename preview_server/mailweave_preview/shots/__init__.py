"""Visual regression: take pictures of messages, compare them with the approved ones, approve and report."""
