// What a settings file would run, one line a service.

package import Settings

/// Describes checked settings.
package enum ConfigSummary {
    /// One line for each service, then what holds for all of them.
    package static func text(_ settings: ProxySettings, path: String) -> String {
        var lines = settings.services.map(line)
        if let capture = settings.capture { lines.append("capture: \(capture.directory)") }
        lines += settings.warnings.map { "warning: " + $0 }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func line(_ service: Service) -> String {
        let scheme = service.tls == nil ? "http" : "https"
        let listeners = service.listen.map { "\(scheme)://\($0)" }.joined(separator: ", ")
        var remarks: [String] = []
        if let connect = service.connect { remarks.append("connecting to \(connect)") }
        switch service.host {
        case .auto: break
        case .origin: remarks.append("Host: the origin's")
        case .client: remarks.append("Host: the client's")
        case .name(let name): remarks.append("Host: \(name)")
        }
        if let sni = service.sni { remarks.append("SNI: \(sni)") }
        if service.forwarded != .none { remarks.append("forwarded: \(service.forwarded.rawValue)") }
        let rest = remarks.isEmpty ? "" : " (\(remarks.joined(separator: "; ")))"
        return "\(service.name): \(listeners) -> \(service.origin)\(rest)"
    }
}
