create table events (
  tenant_id text not null references tenants,
  -- Empty where the event names none.
  source text not null,
  id text not null,
  customer_id text not null,
  -- Null where it may belong to any of the customer's.
  subscription_id text,
  is_signal boolean not null,
  -- Of a signal: the event that it confirms or reverses.
  names text,
  subject text,
  happened_at timestamptz not null,
  received_at timestamptz not null,
  -- As rateplan writes it: equal texts are equal events.
  event json not null,
  primary key (tenant_id, source, id)
);

create index events_by_time on events (tenant_id, customer_id, happened_at);

create index events_by_arrival on events (tenant_id, customer_id, received_at);

create index events_of_tenant on events (tenant_id, received_at, source, id);

-- What a signal is about.
create index events_by_id on events (tenant_id, customer_id, id);

create index events_by_subject on events (tenant_id, customer_id, subject) where subject is not null;

create trigger immutable before update or delete on events
  for each statement execute function refuse_change();
