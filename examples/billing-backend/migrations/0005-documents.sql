create table documents (
  tenant_id text not null,
  idempotency_key text not null,
  subscription_id text not null,
  sequence integer not null,
  document json not null,
  -- Up to when what became known of closed periods is in it, or in one before: `asOf`, but for credit by choice, which looks at no usage.
  knows_until timestamptz not null,
  -- Of what was asked for, and not due: who asks again gets the same document.
  request_key text,
  request json,
  -- What lists are narrowed to and added up by.
  written_at timestamptz not null default billing_now(),
  customer_id text not null generated always as (document ->> 'customerId') stored,
  kind text not null generated always as (document ->> 'kind') stored,
  currency text not null generated always as (document ->> 'currency') stored,
  total numeric not null generated always as ((document ->> 'total')::numeric) stored,
  primary key (tenant_id, idempotency_key),
  unique (tenant_id, subscription_id, sequence),
  unique (tenant_id, request_key),
  foreign key (tenant_id, subscription_id) references subscriptions
);

create index documents_by_time on documents (tenant_id, written_at, subscription_id, sequence);

create trigger immutable before update or delete on documents
  for each statement execute function refuse_change();

create table grants (
  tenant_id text not null,
  subscription_id text not null,
  id text not null,
  -- As it was granted; what is left of it is `balance`.
  credit json not null,
  balance numeric not null check (balance >= 0),
  primary key (tenant_id, subscription_id, id),
  foreign key (tenant_id, subscription_id) references subscriptions
);

-- The ledger: the entries of a document, in their order.
create table postings (
  tenant_id text not null,
  document_key text not null,
  number integer not null,
  subscription_id text not null,
  grant_id text not null,
  amount numeric not null,
  posting json not null,
  primary key (tenant_id, document_key, number),
  foreign key (tenant_id, document_key) references documents,
  foreign key (tenant_id, subscription_id, grant_id) references grants
);

create index postings_of_grant on postings (tenant_id, subscription_id, grant_id);

create trigger immutable before update or delete on postings
  for each statement execute function refuse_change();
