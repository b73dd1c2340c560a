"""HAR 1.2 as a JSON Schema, written from the format's description (http://www.softwareishard.com/blog/har-12-spec/)."""


def _object(required: dict, optional: dict | None = None) -> dict:
    # Custom members begin with an underscore; nothing else may stand there.
    return {"type": "object", "required": list(required), "properties": {**required, **(optional or {})},
            "patternProperties": {"^_": {}}, "additionalProperties": False}


def _list(items: dict) -> dict:
    return {"type": "array", "items": items}


_TEXT = {"type": "string"}
_COMMENT = {"comment": _TEXT}
_MOMENT = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$"}
_SIZE = {"type": "integer", "minimum": -1}
_TIME = {"type": "number", "minimum": -1}
_PRESENT = {"type": "number", "minimum": 0}
_PAIR = _object({"name": _TEXT, "value": _TEXT}, _COMMENT)
_TOOL = _object({"name": _TEXT, "version": _TEXT}, _COMMENT)
_COOKIE = _object({"name": _TEXT, "value": _TEXT}, {
    "path": _TEXT, "domain": _TEXT, "expires": _MOMENT, "httpOnly": {"type": "boolean"}, "secure": {"type": "boolean"}, **_COMMENT})
_REQUEST = _object(
    {"method": {"type": "string", "minLength": 1}, "url": {"type": "string", "pattern": "^[a-z]+://[^/]+/"}, "httpVersion": _TEXT,
     "cookies": _list(_COOKIE), "headers": _list(_PAIR), "queryString": _list(_PAIR), "headersSize": _SIZE, "bodySize": _SIZE},
    {"postData": {"type": "object", "required": ["mimeType"]}, **_COMMENT})
_CONTENT = _object({"size": _SIZE, "mimeType": _TEXT}, {"compression": {"type": "integer"}, "text": _TEXT, "encoding": _TEXT, **_COMMENT})
_RESPONSE = _object(
    {"status": {"type": "integer", "minimum": 0, "maximum": 999}, "statusText": _TEXT, "httpVersion": _TEXT, "cookies": _list(_COOKIE),
     "headers": _list(_PAIR), "content": _CONTENT, "redirectURL": _TEXT, "headersSize": _SIZE, "bodySize": _SIZE}, _COMMENT)
_ENTRY = _object(
    {"startedDateTime": _MOMENT, "time": _PRESENT, "request": _REQUEST, "response": _RESPONSE, "cache": {"type": "object"},
     "timings": _object({"send": _PRESENT, "wait": _PRESENT, "receive": _PRESENT},
                        {"blocked": _TIME, "dns": _TIME, "connect": _TIME, "ssl": _TIME, **_COMMENT})},
    {"pageref": _TEXT, "serverIPAddress": {"type": "string", "pattern": r"^[0-9a-fA-F.:]+$"}, "connection": _TEXT, **_COMMENT})

SCHEMA = _object({"log": _object(
    {"version": {"const": "1.2"}, "creator": _TOOL, "entries": _list(_ENTRY)},
    {"browser": _TOOL, "pages": _list({"type": "object"}), **_COMMENT})})
