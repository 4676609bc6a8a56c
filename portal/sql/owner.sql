-- Whether the session has the rights of whoever owns a table, as migrations, the load of the data set and the command line have. The
-- web server has not. What triggers let nobody else do they ask here (portal/guards.py).

CREATE OR REPLACE FUNCTION portal_is_owner(of_table oid) RETURNS boolean
LANGUAGE sql STABLE SET search_path = public, pg_temp
AS $$
    SELECT pg_has_role(current_user, relowner, 'MEMBER') FROM pg_class WHERE oid = of_table
$$;
