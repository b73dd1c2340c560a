-- Captures in ClickHouse (or chdb, or clickhouse local): the lines load as they are, plain or gzip. Run in the folder that
-- holds the capture's folder `cap`:   clickhouse local --queries-file configs/queries/clickhouse.sql
-- On a server write s3('https://…/cap/node=*/date=*/*.ndjson.gz', …) in the place of file('cap/*.ndjson', …).

SET input_format_skip_unknown_fields = 1;
SET input_format_json_ignore_unknown_keys_in_named_tuple = 1;
SET input_format_json_defaults_for_missing_elements_in_named_tuple = 1;
SET input_format_allow_errors_num = 1000;
SET date_time_input_format = 'best_effort';
SET session_timezone = 'UTC';

CREATE OR REPLACE VIEW exchanges AS
SELECT *, splitByChar('?', request.target)[1] AS path,
       replaceRegexpAll(splitByChar('?', request.target)[1], '/[0-9]+', '/*') AS route,
       toStartOfHour(toDateTime(time)) AS hour, response.status AS status
FROM file('cap/*.ndjson', JSONEachRow, 'id String, node String, time DateTime64(6, \'UTC\'), service String, duration_us Int64, end String,
    client Tuple(address String, tls String), origin Tuple(url String, address String, reused Bool),
    request Tuple(method String, target String, fields Array(Tuple(n String, v String, shape String, fp String, scheme String)), edits Array(Tuple(op String, i Int32, n String, v String, why String))),
    response Tuple(status Int32, fields Array(Tuple(n String, v String)), edits Array(Tuple(op String, i Int32, n String, v String, why String)), by String),
    response_body Tuple(framing String, bytes Int64), error Tuple(side String, phase String, cause String)')
-- Notices (gaps, headers of raw segments) have no id.
WHERE id != '';

-- query: fields_that_die
-- Which fields die where: dropped by a node, by route and hour; what belongs to one connection only is routine.
SELECT hour, node, route, lower(edit.n) AS field, edit.why AS why, count() AS times
FROM exchanges ARRAY JOIN arrayConcat(request.edits, response.edits) AS edit
WHERE edit.op = 'drop' AND edit.why != 'hop-by-hop'
GROUP BY hour, node, route, field, why ORDER BY times DESC, hour, node, route, field;

-- query: refusals
-- Refusals by route and hour, and how many of the refused had sent a credential.
SELECT hour, route, count() AS asked, countIf(status IN (401, 403)) AS refused,
       countIf(status IN (401, 403) AND arrayExists(f -> lower(f.n) = 'authorization', request.fields)) AS refused_with_credential
FROM exchanges GROUP BY hour, route HAVING refused > 0 ORDER BY refused DESC, hour, route;

-- query: credentials
-- One credential, told by its fingerprint, accepted here and refused there: not the credential's fault.
SELECT field.fp AS credential, field.shape AS shape, countIf(status > 0 AND status < 400) AS accepted,
       countIf(status IN (401, 403)) AS refused, uniqExact(route) AS routes
FROM exchanges ARRAY JOIN request.fields AS field
WHERE lower(field.n) = 'authorization' AND field.fp != ''
GROUP BY credential, shape HAVING accepted > 0 AND refused > 0 ORDER BY refused DESC, credential;

-- query: slow
-- How long routes take.
SELECT route, count() AS exchanges, quantileExactLow(0.5)(duration_us) AS p50_us, quantileExactLow(0.99)(duration_us) AS p99_us, max(duration_us) AS max_us
FROM exchanges GROUP BY route ORDER BY p99_us DESC, route;
