SET LOCAL search_path = registry;

DROP TABLE webhook_dispatch, webhook_deliveries, webhooks;

REVOKE DELETE ON changes FROM nofx_registry;
REVOKE UPDATE (epoch, pruned_to) ON feed FROM nofx_registry;
ALTER TABLE feed DROP COLUMN pruned_to;
