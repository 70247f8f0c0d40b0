"""Make a block or a campaign of a mail that was written elsewhere: its tags in our words, its parts as our files, and what can't be carried over."""
