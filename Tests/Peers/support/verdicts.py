"""Whether a verdict of `hoplens diagnose` names what a scenario says is true.

A truth has the keys the fault lab prints: layer, also_layers, header, lost_between. The layer must be the true one, or one
that nobody can tell from it; the field must be named where the truth names one; the points where it says between which.
"""


def mismatch(truth, verdict):
    """What of the truth the verdict does not say; None when it says all of it."""
    layers = [truth["layer"], *truth.get("also_layers", [])]
    if verdict["layer"] not in layers:
        return f"layer {verdict['layer']}, truly {' or '.join(layers)}"
    header = truth.get("header")
    if header and (verdict["field"] or "").lower() != header.lower():
        return f"field {verdict['field']}, truly {header}"
    points = truth.get("lost_between")
    if points and verdict["lost_between"] is not None and _names(points) != _names(verdict["lost_between"]):
        return f"lost between {verdict['lost_between']}, truly {points}"
    if points and verdict["lost_between"] is None:
        return f"no points, truly {points}"
    return None


def _names(points):
    # The box at the public address is the front, whatever it is called.
    return ["front" if name in ("cache", "waf", "mid") else name for name in points]
