-- What people search for and what they choose, to learn how well they are served. Nobody is named: no subject, no tenant of
-- theirs. Queries are words that people typed, so what is kept of them is cut, and forgotten after a time. Clicks belong to
-- searches without a foreign key: they may come first, or alone.

SET LOCAL search_path = search;

CREATE TABLE searches (
  search_id uuid PRIMARY KEY,
  at        timestamptz(3) NOT NULL,
  query     text NOT NULL CHECK (length(query) BETWEEN 1 AND 200),
  hits      int NOT NULL CHECK (hits >= 0),
  total     int NOT NULL CHECK (total >= 0),
  took_ms   int NOT NULL CHECK (took_ms >= 0)
);
CREATE INDEX searches_at ON searches (at);

-- `tenant` and `id` are the document's.
CREATE TABLE clicks (
  click_id  uuid PRIMARY KEY,
  search_id uuid NOT NULL,
  at        timestamptz(3) NOT NULL,
  type      text NOT NULL CHECK (type IN ('agent', 'template')),
  tenant    text COLLATE "C" NOT NULL,
  id        text COLLATE "C" NOT NULL,
  position  int NOT NULL CHECK (position > 0)
);
CREATE INDEX clicks_at ON clicks (at);
CREATE INDEX clicks_search ON clicks (search_id);

ALTER TABLE searches ENABLE ROW LEVEL SECURITY;
ALTER TABLE searches FORCE ROW LEVEL SECURITY;
CREATE POLICY searches_service ON searches USING (
  (SELECT current_setting('app.role', true)) = 'service');

ALTER TABLE clicks ENABLE ROW LEVEL SECURITY;
ALTER TABLE clicks FORCE ROW LEVEL SECURITY;
CREATE POLICY clicks_service ON clicks USING (
  (SELECT current_setting('app.role', true)) = 'service');

-- FOR UPDATE needs a column that may be updated.
GRANT SELECT, INSERT, DELETE, UPDATE (at) ON searches, clicks TO nofx_search;
