"""Records: every decision and every feedback, appended before its answer leaves, chained by hashes, replayable, erasable."""
