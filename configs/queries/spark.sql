-- Captures in Spark SQL (3.5 or newer): the lines load as they are, plain or gzip, from any storage Spark can read.
-- Run in the folder that holds the capture's folder `cap`:   spark-sql -f configs/queries/spark.sql
-- Of a partitioned capture the folders node=…/date=… become columns by themselves; then leave `node` out of the schema.

CREATE OR REPLACE TEMPORARY VIEW lines AS
SELECT from_json(value, 'id STRING, node STRING, time TIMESTAMP, service STRING, duration_us BIGINT,
    request STRUCT<method: STRING, target: STRING, fields: ARRAY<STRUCT<n: STRING, v: STRING, shape: STRING, fp: STRING>>, edits: ARRAY<STRUCT<op: STRING, i: INT, n: STRING, v: STRING, why: STRING>>>,
    response STRUCT<status: INT, edits: ARRAY<STRUCT<op: STRING, i: INT, n: STRING, v: STRING, why: STRING>>>') AS r
FROM text.`cap/*.ndjson`;

-- Notices (gaps, headers of raw segments) have no id.
CREATE OR REPLACE TEMPORARY VIEW exchanges AS
SELECT r.*, regexp_replace(split_part(r.request.target, '?', 1), '/[0-9]+', '/*') AS route, date_trunc('HOUR', r.time) AS hour
FROM lines WHERE r.id IS NOT NULL;

-- query: fields_that_die
-- Which fields die where: dropped by a node, by route and hour; what belongs to one connection only is routine.
SELECT hour, node, route, lower(edit.n) AS field, edit.why AS why, count(*) AS times
FROM exchanges LATERAL VIEW explode(concat(coalesce(request.edits, array()), coalesce(response.edits, array()))) e AS edit
WHERE edit.op = 'drop' AND edit.why <> 'hop-by-hop'
GROUP BY hour, node, route, lower(edit.n), edit.why ORDER BY times DESC, hour, node, route, field;

-- query: refusals
-- Refusals by route and hour, and how many of the refused had sent a credential.
SELECT hour, route, count(*) AS asked, count_if(response.status IN (401, 403)) AS refused,
       count_if(response.status IN (401, 403) AND exists(request.fields, f -> lower(f.n) = 'authorization')) AS refused_with_credential
FROM exchanges GROUP BY hour, route HAVING count_if(response.status IN (401, 403)) > 0 ORDER BY refused DESC, hour, route;

-- query: credentials
-- One credential, told by its fingerprint, accepted here and refused there: not the credential's fault.
SELECT field.fp AS credential, field.shape AS shape, count_if(response.status < 400) AS accepted,
       count_if(response.status IN (401, 403)) AS refused, count(DISTINCT route) AS routes
FROM exchanges LATERAL VIEW explode(request.fields) f AS field
WHERE lower(field.n) = 'authorization' AND field.fp IS NOT NULL
GROUP BY field.fp, field.shape HAVING count_if(response.status < 400) > 0 AND count_if(response.status IN (401, 403)) > 0
ORDER BY refused DESC, credential;

-- query: slow
-- How long routes take.
SELECT route, count(*) AS exchanges, percentile_approx(duration_us, 0.5) AS p50_us, percentile_approx(duration_us, 0.99) AS p99_us, max(duration_us) AS max_us
FROM exchanges GROUP BY route ORDER BY p99_us DESC, route;
