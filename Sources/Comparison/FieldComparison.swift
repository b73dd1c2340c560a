// The fields of two answers, by meaning. A field that a target itself does not say twice in the same way is volatile there
// and not compared; only whether it is there at all is.

import Diagnosis
import Fields
import Meaning

struct FieldComparison {
    let left: Series
    let right: Series
    let options: ComparisonOptions

    /// The rows, unsorted.
    func rows() -> [Difference] {
        guard let a = left.answered.last, let b = right.answered.last else { return [] }
        var rows: [Difference] = []
        var names = a.names
        for name in b.names where !names.contains(name) { names.append(name) }
        for name in names where !options.ignores(field: name) {
            switch name {
            case "set-cookie": rows += CookieComparison.rows(left, right, options)
            case "location", "content-encoding": break
            default: if let row = row(name) { rows.append(row) }
            }
        }
        return rows
    }

    private func row(_ name: String) -> Difference? {
        let (a, b) = (left.normal(name), right.normal(name))
        let kind = FieldMeaning.kind(of: name)
        let (shownLeft, shownRight) = (left.shown(name), right.shown(name))
        if kind != .meant || a.isVolatile || b.isVolatile {
            // Whether it is there is all that can be said.
            guard (shownLeft == nil) != (shownRight == nil) || kind == .transport && a.value != b.value else {
                return nil
            }
            if name == "x-wp-nonce", shownRight == nil {
                return Difference(
                    .field, name, left: "there", right: nil, severity: .warning,
                    meaning:
                        "The origin accepted cookie and nonce, and the public side did not: the editor loses its fresh nonce.",
                    layer: .publicProxy)
            }
            return Difference(
                .field, name, left: shownLeft, right: shownRight, severity: .info,
                meaning: kind == .transport
                    ? "Every hop has its own." : "It names one answer, or changes from answer to answer.")
        }
        guard a.value != b.value else { return nil }
        let judged = FieldJudgement.of(name, a.value, b.value, left, right)
        return Difference(
            .field, name, left: shownLeft, right: shownRight, severity: judged.severity, meaning: judged.meaning,
            layer: judged.layer, firstStep: judged.firstStep)
    }
}

/// What it means when a field says another thing on the public side.
struct FieldJudgement {
    var severity: Severity
    var meaning: String
    var layer: Layer?
    var firstStep: String?

    /// - Parameters:
    ///   - a: what the origin's side says, in normal form; nil when the field is not there.
    ///   - b: what the public side says.
    static func of(_ name: String, _ a: String?, _ b: String?, _ left: Series, _ right: Series) -> FieldJudgement {
        switch name {
        case "vary": return vary(a ?? "", b ?? "", authorised: left.isAuthorised)
        case "cache-control": return cacheControl(left, right)
        case "access-control-allow-origin": return allowOrigin(a, b, right)
        case _ where name.hasPrefix("access-control-"):
            return FieldJudgement(
                severity: .warning, meaning: "Browsers are told another thing about other origins on the public side.",
                layer: .corsConfig, firstStep: "Let one layer alone set \(name), the application as a rule.")
        case "www-authenticate":
            return FieldJudgement(
                severity: .warning,
                meaning: b == nil
                    ? "The challenge is lost: a client that waits for it never sends its credential."
                    : "Another layer asks for a credential of its own, and there is room for one Authorization only.",
                layer: .publicProxy)
        case "allow":
            return FieldJudgement(
                severity: left.isAuthorised ? .error : .warning,
                meaning:
                    "WordPress lists what this caller may do, so it takes the caller for somebody else on one side.",
                layer: .publicProxy,
                firstStep: "Look whether Authorization and Cookie reach the origin through the public side.")
        case "content-type":
            let isReplaced = (a ?? "").contains("json") && (b ?? "").contains("html")
            return FieldJudgement(
                severity: isReplaced
                    ? .error : (a ?? "").prefix { $0 != ";" } == (b ?? "").prefix { $0 != ";" } ? .notice : .warning,
                meaning: isReplaced
                    ? "A program that expects JSON gets a page." : "The content is read in another way on one side.",
                layer: isReplaced ? .waf : nil)
        case "x-wp-total", "x-wp-totalpages":
            return FieldJudgement(
                severity: .warning, meaning: "The two sides do not show this caller the same collection.")
        case "strict-transport-security", "content-security-policy", "x-frame-options", "referrer-policy",
            "permissions-policy", "x-content-type-options", "cross-origin-opener-policy",
            "cross-origin-resource-policy",
            "cross-origin-embedder-policy":
            return FieldJudgement(
                severity: .notice,
                meaning: "Browsers enforce another policy on the public side; it decides no login by itself.")
        case "x-robots-tag", "x-powered-by", "x-pingback":
            return FieldJudgement(severity: .info, meaning: "It decides nothing about access.")
        case "etag", "last-modified", "expires":
            return FieldJudgement(
                severity: b == nil ? .info : .notice,
                meaning:
                    "The two sides do not hold the same version of the content, or a cache keeps another lifetime.",
                layer: .cdnCache)
        default:
            // What a CDN adds under a name of its own is its calling card.
            if a == nil { return FieldJudgement(severity: .info, meaning: "The public side adds it.") }
            return FieldJudgement(
                severity: .notice,
                meaning: b == nil
                    ? "It is lost on the way to the public side." : "It says another thing on the public side.")
        }
    }

    private static func vary(_ a: String, _ b: String, authorised: Bool) -> FieldJudgement {
        let lost = Set(FieldList([a]).lowercased).subtracting(FieldList([b]).lowercased)
        let telling = lost.intersection(["origin", "authorization", "cookie", "*", "x-wp-nonce"]).sorted()
        if !telling.isEmpty {
            return FieldJudgement(
                severity: .warning,
                meaning:
                    "Vary lost \(telling.joined(separator: ", ")): a cache behind it may give one caller the answer made for another.",
                layer: .cdnCache,
                firstStep: "Let the CDN keep the origin's Vary, or not cache these paths.")
        }
        // Compressing intermediaries add Accept-Encoding, and that is right.
        let added = Set(FieldList([b]).lowercased).subtracting(FieldList([a]).lowercased)
        let isOnlyCoding = lost.union(added).isSubset(of: ["accept-encoding"])
        return FieldJudgement(
            severity: isOnlyCoding ? .info : .notice,
            meaning: isOnlyCoding
                ? "Compression is decided by another layer." : "Caches tell callers apart by other fields.")
    }

    private static func cacheControl(_ left: Series, _ right: Series) -> FieldJudgement {
        let (a, b) = (left.cacheControl, right.cacheControl)
        let isOpened = (a.noStore || a.isPrivate || a.noCache) && !(b.noStore || b.isPrivate || b.noCache)
        if isOpened {
            return FieldJudgement(
                severity: left.isAuthorised ? .error : .warning,
                meaning:
                    "The origin forbids keeping this answer, and the public side lets browsers and caches keep it: one caller may see another's.",
                layer: .cdnCache, firstStep: "Let the CDN respect the origin's Cache-Control.")
        }
        return FieldJudgement(
            severity: .notice, meaning: "Browsers and caches keep the answer for another time.", layer: .cdnCache)
    }

    private static func allowOrigin(_ a: String?, _ b: String?, _ right: Series) -> FieldJudgement {
        let isDoubled = right.lines("access-control-allow-origin") > 1 || (b ?? "").contains(",")
        if isDoubled {
            return FieldJudgement(
                severity: .error,
                meaning:
                    "Access-Control-Allow-Origin stands there twice, and browsers refuse such an answer whatever the values are.",
                layer: .corsConfig,
                firstStep: "Take the CORS fields out of the CDN's configuration; the application sets them.")
        }
        return FieldJudgement(
            severity: .warning,
            meaning: b == nil
                ? "Pages of other origins may not read the answer on the public side."
                : a == nil
                    ? "The public side allows other origins what the origin does not."
                    : "Another origin is allowed on the public side, as of an answer kept for it.",
            layer: .corsConfig)
    }
}
