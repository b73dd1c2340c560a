// The route of an exchange: what stays the same when the same thing is asked for again. Findings are counted by it.

import Diagnosis
public import Trace

/// Names routes.
public enum Route {
    private static let longest = 160

    /// Method and path without query.
    ///
    /// Ids in it are stars. A REST route has the same name by both of its addresses.
    public static func name(_ record: Record) -> String {
        guard let request = record.request, let target = request.target else { return "(no request)" }
        let facts = TargetFacts(target)
        let path = facts.restRoute.map { "/wp-json" + ($0 == "/" ? "" : $0) } ?? facts.path
        let segments = path.split(separator: "/", omittingEmptySubsequences: false).map { isID($0) ? "*" : $0 }
        let name = (request.method ?? "???") + " " + segments.joined(separator: "/")
        return name.utf8.count <= longest ? name : String(name.prefix(longest)) + "…"
    }

    /// Whether a part of a path is a number, a UUID or a long hexadecimal id.
    private static func isID(_ segment: Substring) -> Bool {
        var digits = 0
        for byte in segment.utf8 {
            switch byte {
            case 0x30...0x39: digits += 1
            case 0x41...0x46, 0x61...0x66, 0x2D: continue
            default: return false
            }
        }
        return digits > 0 && (digits == segment.utf8.count || segment.utf8.count >= 16)
    }
}
