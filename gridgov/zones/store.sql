-- name: lock_layer
-- Holds a layer's catalogue entry, existing or to be, until the transaction ends: its editions are judged and written one import at a time.
select pg_advisory_xact_lock(4491, hashtext(%(key)s));

-- name: layers
-- The catalogue: every layer ever registered, keys in byte order.
select layer_id, key, kind, title from layer order by key collate "C";

-- name: find_layer
-- A layer by its key.
select layer_id, key, kind, title from layer where key = %(key)s;

-- name: add_layer
-- A layer not registered yet.
insert into layer (key, kind, title) values (%(key)s, %(kind)s, %(title)s) returning layer_id;

-- name: editions
-- Every edition without its geometry; by layer, then first day.
select edition_id, layer.key as layer, layer.kind, edition, effective_from, effective_to, sha256, coverage_kind, piece_plane,
       threshold_area_m2, threshold_width_m, certainty, disclosure, accuracy_m, scale, document, edition.attributes, zone_count
from edition
join layer using (layer_id)
where %(key)s::text is null or layer.key = %(key)s::text
order by layer.key collate "C", effective_from;

-- name: coverage
-- Where an edition is complete; null = unknown.
select coverage from edition where edition_id = %(edition_id)s;

-- name: add_edition
-- A new edition.
insert into edition (
    layer_id, edition, effective_from, document, scale, accuracy_m, certainty, disclosure, coverage_kind, coverage,
    threshold_area_m2, threshold_width_m, attributes, source_crs, crs_operation, crs_accuracy_m, piece_plane, sha256, zone_count
)
values (
    %(layer_id)s, %(edition)s, %(effective_from)s, %(document)s, %(scale)s, %(accuracy_m)s, %(certainty)s, %(disclosure)s, %(coverage_kind)s,
    st_setsrid(%(coverage)s::geometry, 4490), %(threshold_area_m2)s, %(threshold_width_m)s, %(attributes)s, %(source_crs)s, %(crs_operation)s,
    %(crs_accuracy_m)s, %(piece_plane)s, %(sha256)s, %(zone_count)s
)
returning edition_id;

-- name: copy_zones
-- Zones in bulk.
copy zone (edition_id, code, name, attributes, geometry, area_m2, vertices) from stdin;

-- name: zone_ids
-- The numbers the zones of an edition were given.
select zone_id, code from zone where edition_id = %(edition_id)s;

-- name: copy_pieces
-- Pieces in bulk, in the edition's plane.
copy zone_piece (zone_id, edition_id, geometry) from stdin;

-- name: zones_by_id
-- Zones whole, by number.
select zone_id, edition_id, code, name, attributes, area_m2, geometry
from zone
where zone_id = any(%(zone_ids)s::bigint[])
order by zone_id;

-- name: edition_zones
-- All zones of an edition, codes in byte order.
select zone_id, edition_id, code, name, attributes, area_m2, geometry
from zone
where edition_id = %(edition_id)s
order by code collate "C";

-- name: edition_pieces
-- All pieces of an edition with their zone, in the edition's plane (SRID 0).
select piece_id, zone_id, geometry from zone_piece where edition_id = %(edition_id)s order by piece_id;

-- name: attribute_names
-- The names of the attributes that the zones of a layer's editions carry.
select distinct element.name
from edition
join layer using (layer_id)
cross join lateral jsonb_array_elements_text(edition.attributes) as element (name)
where layer.key = %(key)s
order by element.name;
