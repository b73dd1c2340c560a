// Every setting by its name, which is the same on a flag and in the settings file, and what a value of it looks like.

/// The name of a setting.
public enum SettingKey: String, Sendable, CaseIterable {
    // Of one service.
    case name, listen, origin, connect, host, sni, forwarded
    case tlsCert = "tls-cert"
    case tlsKey = "tls-key"
    case caFile = "ca-file"
    case insecure
    // Of the process.
    case node, threads, track, secret, via, check
    case chainKeyFile = "chain-key-file"
    case capture
    case captureRaw = "capture-raw"
    case captureKeyFile = "capture-key-file"
    case captureSegmentSize = "capture-segment-size"
    case captureSegmentAge = "capture-segment-age"
    case captureSample = "capture-sample"
    case maxDisk = "max-disk"
    case json, verbose, quiet, color, ascii

    /// Whether it belongs to one service rather than to the process.
    public var isOfService: Bool {
        switch self {
        case .name, .listen, .origin, .connect, .host, .sni, .forwarded, .tlsCert, .tlsKey, .caFile, .insecure: true
        case .node, .threads, .track, .secret, .via, .check, .chainKeyFile, .capture, .captureRaw, .captureKeyFile,
            .captureSegmentSize,
            .captureSegmentAge, .captureSample, .maxDisk, .json, .verbose, .quiet, .color, .ascii:
            false
        }
    }

    /// What its value is in a settings file.
    enum Shape {
        case text, textList, truth, count, size, duration

        var phrase: String {
            switch self {
            case .text: "a string"
            case .textList: "a string or a list of strings"
            case .truth: "true or false"
            case .count: "a number"
            case .size: "a size such as \"64k\" or a number of bytes"
            case .duration: "a duration such as \"5s\""
            }
        }
    }

    var shape: Shape {
        switch self {
        case .name, .origin, .connect, .host, .sni, .forwarded, .tlsCert, .tlsKey, .caFile, .node, .capture,
            .captureKeyFile, .chainKeyFile, .color:
            .text
        case .listen, .track, .secret: .textList
        case .insecure, .via, .check, .json, .verbose, .quiet, .ascii: .truth
        case .threads: .count
        case .captureSegmentSize, .captureSample, .maxDisk: .size
        case .captureRaw, .captureSegmentAge: .duration
        }
    }

    /// The settings that say something about a capture and nothing without one.
    static let needingCapture: [SettingKey] = [
        .captureRaw, .captureKeyFile, .captureSegmentSize, .captureSegmentAge, .captureSample, .maxDisk,
    ]
}
