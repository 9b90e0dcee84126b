-- Products as they were sold: a version is in force from its moment until the next one's.
create table catalog_versions (
  tenant_id text not null references tenants,
  product_id text not null,
  version integer not null,
  valid_from timestamptz not null,
  product json not null,
  primary key (tenant_id, product_id, version),
  unique (tenant_id, product_id, valid_from)
);

create trigger immutable before update or delete on catalog_versions
  for each statement execute function refuse_change();
