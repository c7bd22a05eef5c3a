"""/v1: translate, ask, answer."""
