-- Shapes are derived: the service may take them away and make them anew. Nobody reads a decision from them.

alter table gridgov.cell_drawing owner to gridgov_owner;
alter table gridgov.cell_shape owner to gridgov_owner;
alter table gridgov.zone_drawing owner to gridgov_owner;
alter table gridgov.zone_shape owner to gridgov_owner;

grant select on gridgov.cell_drawing, gridgov.cell_shape, gridgov.zone_drawing, gridgov.zone_shape to gridgov_app, gridgov_read;
grant insert, delete on gridgov.cell_drawing, gridgov.cell_shape, gridgov.zone_drawing, gridgov.zone_shape to gridgov_app;
grant update (valid) on gridgov.cell_drawing, gridgov.cell_shape to gridgov_app;
