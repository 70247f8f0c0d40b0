"""The pages of the previewer, one a module, each a flask Blueprint."""
