CREATE TABLE subscriptions (
  id text PRIMARY KEY,
  body jsonb NOT NULL
);

CREATE TABLE events (
  customer_id text NOT NULL,
  id text NOT NULL,
  happened_at timestamptz NOT NULL,
  body jsonb NOT NULL,
  PRIMARY KEY (customer_id, id) -- an id is one event of its customer
);

CREATE TABLE documents (
  idempotency_key text PRIMARY KEY,
  subscription_id text NOT NULL,
  sequence integer NOT NULL,
  body jsonb NOT NULL,
  UNIQUE (subscription_id, sequence)
);
