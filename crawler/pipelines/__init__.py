"""Item pipelines: normalise, validate, then one line a version of a work."""
