-- What readers ask of people. Only for those signed in; that is for the services to see to.

-- name: search_people
-- People in charge of something on a day whose name holds a text or whose id begins with it, each with the cells and one place.
with hit as materialized (
    select person.person_id, person.name,
           lower(case when person.name is nfkc normalized then person.name else normalize(person.name, nfkc) end) as folded,
           lower(person.person_id) as folded_id
    from person
    where lower(person.person_id) like %(begins)s::text
       or lower(case when person.name is nfkc normalized then person.name else normalize(person.name, nfkc) end) like %(holds)s::text
), best as (
    select hit.*, case when %(text)s::text in (folded, folded_id) then 0 when folded like %(begins)s or folded_id like %(begins)s then 1 else 2 end as place
    from hit
    where exists (
        select from assignment held where held.person_id = hit.person_id and held.valid @> %(on)s::date and upper_inf(held.recorded)
    )
    order by place, length(name), name, person_id
    limit %(limit)s
)
select best.person_id, best.name, charge.cells, charge.role, ground.scheme_id, ground.rank, ground.code,
       st_xmin(ground.geometry) as west, st_ymin(ground.geometry) as south, st_xmax(ground.geometry) as east, st_ymax(ground.geometry) as north,
       st_pointonsurface(ground.geometry) as point
from best
cross join lateral (
    select array_agg(distinct held.cell_code order by held.cell_code) as cells, min(held.role) as role
    from assignment held
    where held.person_id = best.person_id and held.valid @> %(on)s::date and upper_inf(held.recorded)
) charge
left join lateral (
    select cell.scheme_id, cell.rank, cell.code, cell.geometry
    from assignment held
    join cell on cell.scheme_id = held.scheme_id and cell.code = held.cell_code
    where held.person_id = best.person_id and held.valid @> %(on)s::date and upper_inf(held.recorded)
      and lower(cell.valid) <= %(on)s::date and (upper_inf(cell.valid) or upper(cell.valid) > %(on)s::date) and upper_inf(cell.recorded)
    order by held.stand_in_for is not null, cell.code, cell.rank desc
    limit 1
) ground on true
order by best.place, length(best.name), best.name, best.person_id
