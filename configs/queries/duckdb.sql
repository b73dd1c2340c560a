-- Captures in DuckDB (1.4 or newer): the lines load as they are, plain or gzip. Run in the folder that holds the capture's
-- folder `cap`:   duckdb < configs/queries/duckdb.sql
-- Of a partitioned capture (node=…/date=…/) write 'cap/**/*.ndjson*' and hive_partitioning = true.

CREATE OR REPLACE VIEW exchanges AS
SELECT *, split_part(request.target, '?', 1) AS path,
       regexp_replace(split_part(request.target, '?', 1), '/[0-9]+', '/*', 'g') AS route,
       date_trunc('hour', time) AS hour
FROM read_json('cap/*.ndjson', format = 'newline_delimited', maximum_object_size = 16777216, ignore_errors = true, columns = {
    id: 'VARCHAR', node: 'VARCHAR', time: 'TIMESTAMP', service: 'VARCHAR', duration_us: 'BIGINT', "end": 'VARCHAR',
    client: 'STRUCT(address VARCHAR, tls VARCHAR)', origin: 'STRUCT(url VARCHAR, address VARCHAR, reused BOOLEAN)',
    request: 'STRUCT(method VARCHAR, target VARCHAR, fields STRUCT(n VARCHAR, v VARCHAR, shape VARCHAR, fp VARCHAR, scheme VARCHAR)[], edits STRUCT(op VARCHAR, i INTEGER, n VARCHAR, v VARCHAR, why VARCHAR)[])',
    response: 'STRUCT(status INTEGER, fields STRUCT(n VARCHAR, v VARCHAR)[], edits STRUCT(op VARCHAR, i INTEGER, n VARCHAR, v VARCHAR, why VARCHAR)[], "by" VARCHAR)',
    response_body: 'STRUCT(framing VARCHAR, bytes BIGINT)', error: 'STRUCT(side VARCHAR, phase VARCHAR, cause VARCHAR)'
})
-- Notices (gaps, headers of raw segments) have no id.
WHERE id IS NOT NULL;

-- query: fields_that_die
-- Which fields die where: dropped by a node, by route and hour; what belongs to one connection only is routine.
SELECT hour, node, route, lower(edit.n) AS field, edit.why, count(*) AS times
FROM exchanges, unnest(list_concat(coalesce(request.edits, []), coalesce(response.edits, []))) AS u(edit)
WHERE edit.op = 'drop' AND edit.why <> 'hop-by-hop'
GROUP BY ALL ORDER BY times DESC, hour, node, route, field;

-- query: refusals
-- Refusals by route and hour, and how many of the refused had sent a credential.
SELECT hour, route, count(*) AS asked, count(*) FILTER (response.status IN (401, 403)) AS refused,
       count(*) FILTER (response.status IN (401, 403) AND len(list_filter(request.fields, lambda f: lower(f.n) = 'authorization')) > 0) AS refused_with_credential
FROM exchanges GROUP BY ALL HAVING refused > 0 ORDER BY refused DESC, hour, route;

-- query: credentials
-- One credential, told by its fingerprint, accepted here and refused there: not the credential's fault.
SELECT field.fp AS credential, field.shape, count(*) FILTER (response.status < 400) AS accepted,
       count(*) FILTER (response.status IN (401, 403)) AS refused, count(DISTINCT route) AS routes
FROM exchanges, unnest(request.fields) AS u(field)
WHERE lower(field.n) = 'authorization' AND field.fp IS NOT NULL
GROUP BY ALL HAVING accepted > 0 AND refused > 0 ORDER BY refused DESC, credential;

-- query: slow
-- How long routes take.
SELECT route, count(*) AS exchanges, quantile_disc(duration_us, 0.5) AS p50_us, quantile_disc(duration_us, 0.99) AS p99_us, max(duration_us) AS max_us
FROM exchanges GROUP BY ALL ORDER BY p99_us DESC, route;
