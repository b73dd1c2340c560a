// Which settings a running process can exchange. Most can; what is built into it at the start (its threads, its name in
// Via and traces, the key and folder of its capture) stays, and whoever asked for something else is told so.

extension ProxySettings {
    /// What holds when a process that runs by these settings is told others, and what of those must wait for a restart:
    /// a sentence each.
    public func reloaded(as wanted: ProxySettings) -> (settings: ProxySettings, kept: [String]) {
        var result = wanted
        var kept: [String] = []
        func keep(_ key: SettingKey, _ value: String) {
            kept.append("\(key.rawValue) stays \(value) until the next start")
        }
        if wanted.threads != threads { keep(.threads, "\(threads)") }
        result.threads = threads
        // A name that was made up stays as well, although it was made from the first listener's port.
        if wanted.node != node { keep(.node, node ?? "what it is") }
        result.node = node
        if wanted.chainKeyFile != chainKeyFile { keep(.chainKeyFile, chainKeyFile ?? "off") }
        result.chainKeyFile = chainKeyFile
        switch (capture, wanted.capture) {
        case (nil, nil): break
        case (nil, .some):
            keep(.capture, "off")
            result.capture = nil
        case (.some(let capture), nil):
            keep(.capture, capture.directory)
            result.capture = capture
        case (.some(let capture), .some(var other)):
            if other.directory != capture.directory { keep(.capture, capture.directory) }
            if other.keyFile != capture.keyFile { keep(.captureKeyFile, capture.keyFile ?? "in the capture's folder") }
            if other.rawMilliseconds != capture.rawMilliseconds {
                keep(.captureRaw, capture.rawMilliseconds.map { Quantity.text(milliseconds: $0) } ?? "off")
            }
            other.directory = capture.directory
            other.keyFile = capture.keyFile
            other.rawMilliseconds = capture.rawMilliseconds
            result.capture = other
        }
        if (output.mode == .quiet) != (wanted.output.mode == .quiet) {
            keep(.quiet, output.mode == .quiet ? "true" : "false")
            result.output.mode = output.mode
        }
        return (result, kept)
    }
}
