-- A document's way to the payment provider, written in the transaction of the document.
create table outbox (
  tenant_id text not null,
  document_key text not null,
  subscription_id text not null,
  sequence integer not null,
  -- The same for each attempt: by it the provider tells a second delivery from a second document.
  delivery_key text not null unique,
  attempts integer not null default 0,
  next_attempt_at timestamptz not null default billing_now(),
  delivered_at timestamptz,
  last_error text,
  primary key (tenant_id, document_key),
  unique (tenant_id, subscription_id, sequence),
  foreign key (tenant_id, document_key) references documents
);

create index outbox_pending on outbox (next_attempt_at) where delivered_at is null;
