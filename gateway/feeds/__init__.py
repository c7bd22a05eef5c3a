"""Outcome feeds: releases as catalogues, in every format, and as bundles that prove themselves."""
