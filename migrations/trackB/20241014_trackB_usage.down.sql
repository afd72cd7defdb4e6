SET LOCAL search_path = marketplace;

DROP FUNCTION drop_event_partition;
DROP FUNCTION make_event_partitions;
DROP TABLE agent_usage_days, template_popularity, template_days, template_subjects, template_failures,
  template_latencies, template_rollups, usage_fold, usage_batches, template_events, template_runs;
