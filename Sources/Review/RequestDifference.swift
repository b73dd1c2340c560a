// In what two requests differ. Answers are compared by the Comparison module; whether the same thing was asked is a plainer
// question, and it comes first: a difference of the answers means little where the questions differ.

import Diagnosis
public import Report
public import Trace

/// Compares requests.
public enum RequestDifference {
    /// Fields that belong to one connection or one moment.
    private static let leftOut: Set<String> = [
        "connection", "keep-alive", "te", "content-length", "via", "traceparent", "tracestate", "hoplens-trace",
        "proxy-connection",
    ]

    /// A row for each difference.
    public static func rows(_ left: Record, _ right: Record) -> [SideRow] {
        var rows: [SideRow] = []
        func add(_ title: String, _ one: String?, _ two: String?) {
            if one != two { rows.append(SideRow(title, left: one, right: two, severity: .notice)) }
        }
        add("request method", left.request?.method, right.request?.method)
        add("request target", left.request?.target, right.request?.target)
        for name in names(left) + names(right).filter({ !names(left).contains($0) }) where !leftOut.contains(name) {
            add("request \(name)", value(left, name), value(right, name))
        }
        return rows
    }

    private static func names(_ record: Record) -> [String] {
        var seen: Set<String> = []
        return (record.request?.head.lines ?? []).map { $0.name.lowercased() }.filter { seen.insert($0).inserted }
    }

    private static func value(_ record: Record, _ name: String) -> String? {
        let values = (record.request?.head.lines ?? []).filter { $0.name.lowercased() == name }.map(\.value)
        return values.isEmpty ? nil : values.joined(separator: ", ")
    }
}
