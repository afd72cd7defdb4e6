-- Nothing to take back: what was before, only a superuser could make again, and who uses it sees no difference.
SET LOCAL search_path = search;
