"""What stands in front of and behind mrml, so that its HTML is that of npm's MJML."""
