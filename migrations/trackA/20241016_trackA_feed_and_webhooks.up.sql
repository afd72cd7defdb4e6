-- The feed forgets what is older than its retention, and changes are sent to webhooks.

SET LOCAL search_path = registry;

-- The feed -----------------------------------------------------------------------------------------------------------

ALTER TABLE feed ADD COLUMN pruned_to bigint NOT NULL DEFAULT 0;
COMMENT ON COLUMN feed.pruned_to IS 'Changes up to this position are gone; a reader behind it has missed some';

-- Only role `service` deletes changes: the policy changes_sequencer is the only one that covers DELETE.
GRANT DELETE ON changes TO nofx_registry;
GRANT UPDATE (epoch, pruned_to) ON feed TO nofx_registry;

-- Webhooks -----------------------------------------------------------------------------------------------------------

CREATE TABLE webhooks (
  tenant_id       text COLLATE "C" NOT NULL REFERENCES tenants,
  id              uuid NOT NULL,
  url             text NOT NULL,
  description     text,
  types           text[] NOT NULL,
  active          boolean NOT NULL,
  disabled_reason text,
  generation      int NOT NULL DEFAULT 1,
  rotated_at      timestamptz(3),
  since_position  bigint NOT NULL,
  created_at      timestamptz(3) NOT NULL,
  created_by      text NOT NULL,
  updated_at      timestamptz(3) NOT NULL,
  PRIMARY KEY (tenant_id, id)
);
COMMENT ON COLUMN webhooks.generation IS 'The secret is derived from it; it grows with each rotation';
COMMENT ON COLUMN webhooks.since_position IS 'Head of the feed when it became active: it gets what comes after';
CREATE INDEX webhooks_active ON webhooks (since_position) WHERE active;

CREATE TABLE webhook_deliveries (
  tenant_id       text COLLATE "C" NOT NULL,
  id              uuid NOT NULL DEFAULT uuidv7(),
  webhook_id      uuid NOT NULL,
  change_id       uuid NOT NULL,
  type            text NOT NULL,
  body            text NOT NULL,
  status          text NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'delivered', 'dead')),
  attempt         int NOT NULL DEFAULT 0,
  next_attempt_at timestamptz(3) NOT NULL,
  lease           uuid,
  attempts        jsonb NOT NULL DEFAULT '[]',
  created_at      timestamptz(3) NOT NULL,
  delivered_at    timestamptz(3),
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, webhook_id, change_id),
  FOREIGN KEY (tenant_id, webhook_id) REFERENCES webhooks ON DELETE CASCADE
);
COMMENT ON COLUMN webhook_deliveries.attempt IS 'Attempts begun since the delivery was made or replayed';
COMMENT ON COLUMN webhook_deliveries.next_attempt_at IS 'While an attempt runs: when another worker may take over';
COMMENT ON COLUMN webhook_deliveries.lease IS 'Who holds it may report how the attempt ended';
CREATE INDEX webhook_deliveries_list ON webhook_deliveries (tenant_id, webhook_id, id);
CREATE INDEX webhook_deliveries_due ON webhook_deliveries (tenant_id, webhook_id, next_attempt_at) WHERE status = 'pending';
CREATE INDEX webhook_deliveries_age ON webhook_deliveries (created_at);

-- One row: the last position of the feed for which deliveries were made.
CREATE TABLE webhook_dispatch (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  position bigint NOT NULL DEFAULT 0
);
INSERT INTO webhook_dispatch DEFAULT VALUES;

ALTER TABLE webhooks ENABLE ROW LEVEL SECURITY;
ALTER TABLE webhooks FORCE ROW LEVEL SECURITY;
CREATE POLICY webhooks_own ON webhooks USING (
  tenant_id = (SELECT current_setting('app.tenant_id', true)));
CREATE POLICY webhooks_dispatch ON webhooks FOR SELECT USING (
  (SELECT current_setting('app.role', true)) = 'service');

ALTER TABLE webhook_deliveries ENABLE ROW LEVEL SECURITY;
ALTER TABLE webhook_deliveries FORCE ROW LEVEL SECURITY;
CREATE POLICY webhook_deliveries_read ON webhook_deliveries FOR SELECT USING (
  tenant_id = (SELECT current_setting('app.tenant_id', true)));
CREATE POLICY webhook_deliveries_test ON webhook_deliveries FOR INSERT WITH CHECK (
  tenant_id = (SELECT current_setting('app.tenant_id', true)));
CREATE POLICY webhook_deliveries_replay ON webhook_deliveries FOR UPDATE USING (
  tenant_id = (SELECT current_setting('app.tenant_id', true)));
CREATE POLICY webhook_deliveries_work ON webhook_deliveries USING (
  (SELECT current_setting('app.role', true)) = 'service');

GRANT SELECT, INSERT, DELETE ON webhooks TO nofx_registry;
GRANT UPDATE (url, description, types, active, disabled_reason, generation, rotated_at, since_position, updated_at) ON webhooks TO nofx_registry;
GRANT SELECT, INSERT, DELETE ON webhook_deliveries TO nofx_registry;
GRANT UPDATE (status, attempt, next_attempt_at, lease, attempts, delivered_at) ON webhook_deliveries TO nofx_registry;
GRANT SELECT, UPDATE (position) ON webhook_dispatch TO nofx_registry;
