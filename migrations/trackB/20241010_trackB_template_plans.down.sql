SET LOCAL search_path = marketplace;

DROP TABLE template_test_reports;
DROP TABLE template_lock_entries;
DROP TABLE template_locks;
