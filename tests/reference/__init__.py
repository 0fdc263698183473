"""A slow second opinion on every figure the product prints, written from the design text alone.

The product computes with intervals, sweeps and subset formulas. This package computes the same figures by walking
minutes one after another and by averaging over every order in which the players can arrive. It shares no code with the
product: only the standard library, and `yaml` to read and write documents. Where both agree on random portfolios,
neither a clever kernel nor a shared mistake in it can hide.

Limits: whole minutes only; calendar months only; the metrics `availability` and `within`; the scheme `bands`;
exclusions by cause but no Relief documents; one currency.
"""
