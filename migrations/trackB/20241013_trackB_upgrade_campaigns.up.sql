-- Upgrades of an agent in all of a tenant's templates whose locks hold it: what is planned, and what has become of it.

SET LOCAL search_path = marketplace;

CREATE TABLE upgrade_campaigns (
  tenant_id    text COLLATE "C" NOT NULL,
  campaign_id  uuid NOT NULL,
  agent_tenant text COLLATE "C" NOT NULL,
  agent_id     text COLLATE "C" NOT NULL,
  from_range   text,
  to_version   text COLLATE "C" NOT NULL,
  status       text NOT NULL CHECK (status IN ('planned', 'running', 'completed', 'cancelled')),
  created_at   timestamptz(3) NOT NULL,
  created_by   text NOT NULL,
  updated_at   timestamptz(3) NOT NULL,
  PRIMARY KEY (tenant_id, campaign_id)
);
COMMENT ON COLUMN upgrade_campaigns.from_range IS 'versions that are upgraded; null: all others than to_version';
CREATE INDEX upgrade_campaigns_latest ON upgrade_campaigns (tenant_id, created_at DESC, campaign_id DESC);

CREATE TABLE upgrade_campaign_items (
  tenant_id    text COLLATE "C" NOT NULL,
  campaign_id  uuid NOT NULL,
  template_id  text COLLATE "C" NOT NULL,
  position     integer NOT NULL CHECK (position >= 0),
  state        text NOT NULL CHECK (state IN ('pending', 'planned', 'applied', 'skipped', 'failed', 'stale')),
  from_version text COLLATE "C" NOT NULL,
  verdict      text CHECK (verdict IN ('compatible', 'breaking', 'tests_failed', 'unsatisfiable', 'refused')),
  plan         text,
  locks        text,
  result       text,
  updated_at   timestamptz(3) NOT NULL,
  PRIMARY KEY (tenant_id, campaign_id, template_id),
  UNIQUE (tenant_id, campaign_id, position),
  FOREIGN KEY (tenant_id, campaign_id) REFERENCES upgrade_campaigns,
  FOREIGN KEY (tenant_id, template_id) REFERENCES templates,
  CHECK ((verdict IS NULL) = (plan IS NULL)),
  CHECK (state NOT IN ('planned', 'applied') OR plan IS NOT NULL)
);
COMMENT ON COLUMN upgrade_campaign_items.from_version IS 'the current version when the item was planned';
COMMENT ON COLUMN upgrade_campaign_items.plan IS 'canonical JSON: what callers are told of it';
COMMENT ON COLUMN upgrade_campaign_items.locks IS 'canonical JSON: the locks before, by their digests, and after, in full';

-- Row-level security: a tenant's campaigns are its own.
ALTER TABLE upgrade_campaigns ENABLE ROW LEVEL SECURITY;
ALTER TABLE upgrade_campaigns FORCE ROW LEVEL SECURITY;
CREATE POLICY upgrade_campaigns_own ON upgrade_campaigns USING (
  tenant_id = (SELECT current_setting('app.tenant_id', true)));

ALTER TABLE upgrade_campaign_items ENABLE ROW LEVEL SECURITY;
ALTER TABLE upgrade_campaign_items FORCE ROW LEVEL SECURITY;
CREATE POLICY upgrade_campaign_items_own ON upgrade_campaign_items USING (
  tenant_id = (SELECT current_setting('app.tenant_id', true)));

GRANT SELECT, INSERT, UPDATE (status, updated_at) ON upgrade_campaigns TO nofx_marketplace;
GRANT SELECT, INSERT, UPDATE (state, from_version, verdict, plan, locks, result, updated_at)
  ON upgrade_campaign_items TO nofx_marketplace;
