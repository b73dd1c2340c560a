// Raw settings become checked ones, with the whole picture at hand: values first, then what they mean together. Every
// problem is collected; nothing is returned unless there is none.

extension ProxySettings {
    /// Checks what was written; throws everything that is wrong with it.
    public init(checking raw: RawSettings) throws(SettingsProblems) {
        var check = SettingsCheck(raw: raw)
        let settings = check.settings()
        guard let settings, check.problems.isEmpty else { throw SettingsProblems(check.sorted()) }
        self = settings
    }
}

extension SettingsCheck {
    mutating func settings() -> ProxySettings? {
        let services = services()
        var result = ProxySettings(services: services)
        let common = raw.common
        result.node = value(common, .node) { text throws(Mismatch) in try Words.node(text) }
        if let threads = value(common, .threads, read: { text throws(Mismatch) in try Self.threads(text) }) {
            result.threads = threads
        }
        result.track = values(common, .track) { text throws(Mismatch) in try Words.fieldName(text) }
        result.secretNames = values(common, .secret) { text throws(Mismatch) in try Words.fieldName(text) }
        result.via = truth(common, .via) ?? true
        result.instrumentCheck = truth(common, .check) ?? true
        result.chainKeyFile = value(common, .chainKeyFile) { text throws(Mismatch) in try Words.path(text) }
        result.output = output()
        result.capture = capture()
        if result.chainKeyFile != nil, let value = common.values[.captureKeyFile]?.first {
            problems.append(
                value.problem(
                    "stands beside \(name(.chainKeyFile, like: value)), whose key makes the fingerprints of all nodes of a chain",
                    hint: "leave one of them out"))
        }
        result.limits = limits()
        result.timeouts = timeouts()
        checkListeners(services)
        return services.isEmpty ? nil : result
    }

    private static func threads(_ text: String) throws(Mismatch) -> Int {
        let count = try Quantity.count(text)
        guard (1...256).contains(count) else { throw Mismatch("expected 1 to 256 threads, found \(count)") }
        return count
    }

    // MARK: Services

    private mutating func services() -> [Service] {
        guard let groups = raw.services else {
            if raw.common.values[.origin] == nil {
                if !raw.isUnreadable, raw.common.lacks(.origin) { missingOrigin(raw.common) }
                return []
            }
            return service(raw.common, name: "main", mayListenByDefault: true).map { [$0] } ?? []
        }
        for key in SettingKey.allCases where key.isOfService {
            guard let value = raw.common.values[key]?.first else { continue }
            problems.append(value.problem("stands beside 'services'", hint: "move it into one of the services"))
        }
        var names: [String: Int] = [:]
        var result: [Service] = []
        for (index, group) in groups.enumerated() {
            let alone = groups.count == 1
            guard let service = service(group, name: alone ? "main" : nil, mayListenByDefault: alone) else { continue }
            if let earlier = names[service.name], let value = group.values[.name]?.first {
                problems.append(value.problem("services[\(earlier)] has this name already", hint: "choose another one"))
            }
            names[service.name] = names[service.name] ?? index
            result.append(service)
        }
        return result
    }

    private mutating func missingOrigin(_ group: RawGroup) {
        let written = group.place == .nowhere
        problems.append(
            SettingsProblem(
                place: group.place, key: group.path,
                message: written
                    ? "no ORIGIN: expected the URL to forward to" : "no origin: expected the URL to forward to",
                hint: written
                    ? "try 'hoplens proxy https://example.test', or name a settings file with --config"
                    : "add origin: 'https://example.test'"))
    }

    private mutating func service(_ group: RawGroup, name: String?, mayListenByDefault: Bool) -> Service? {
        let before = problems.count
        let written = value(group, .name) { text throws(Mismatch) in try Words.serviceName(text) }
        if written == nil, name == nil, group.lacks(.name) {
            missing(group, "name", "a name, because there are several services")
        }
        let origin = value(group, .origin) { text throws(Mismatch) in try OriginURL(parsing: text) }
        if group.lacks(.origin) { missingOrigin(group) }
        let listen = values(group, .listen) { text throws(Mismatch) in try Endpoint(listening: text) }
        if group.lacks(.listen), !mayListenByDefault {
            missing(group, "listen", "an address to listen on, because there are several services")
        }
        var result = Service(
            name: written ?? name ?? "", listen: listen.isEmpty ? [.defaultListener] : listen,
            origin: origin ?? OriginURL(tls: true, host: "", port: 443))
        result.connect = value(group, .connect) { text throws(Mismatch) in try Endpoint(connecting: text) }
        result.host = value(group, .host) { text throws(Mismatch) in try Words.hostPolicy(text) } ?? .auto
        result.sni = value(group, .sni) { text throws(Mismatch) in try Words.sni(text) }
        result.forwarded =
            value(group, .forwarded) { text throws(Mismatch) in try Words.choice(text) } ?? ForwardedPolicy.none
        result.caFile = value(group, .caFile) { text throws(Mismatch) in try Words.path(text) }
        result.insecure = truth(group, .insecure) ?? false
        result.tls = listenerTLS(group)
        if let origin { checkTogether(group, result, origin) }
        return problems.count == before && origin != nil ? result : nil
    }

    private mutating func missing(_ group: RawGroup, _ key: String, _ what: String) {
        problems.append(SettingsProblem(place: group.place, key: group.path, message: "no \(key): expected \(what)"))
    }

    private mutating func listenerTLS(_ group: RawGroup) -> ListenerTLS? {
        let certificate = value(group, .tlsCert) { text throws(Mismatch) in try Words.path(text) }
        let key = value(group, .tlsKey) { text throws(Mismatch) in try Words.path(text) }
        for (one, other) in [(SettingKey.tlsCert, SettingKey.tlsKey), (.tlsKey, .tlsCert)] {
            guard let value = group.values[one]?.first, group.lacks(other) else { continue }
            problems.append(
                value.problem("a certificate and its key go together: no \(name(other, like: value)) is given"))
        }
        guard let certificate, let key else { return nil }
        return ListenerTLS(certificate: certificate, key: key)
    }

    /// Settings that are right by themselves and wrong beside each other.
    private mutating func checkTogether(_ group: RawGroup, _ service: Service, _ origin: OriginURL) {
        for key in [SettingKey.sni, .caFile, .insecure] where !origin.tls {
            guard let value = group.values[key]?.first, key != .insecure || service.insecure else { continue }
            problems.append(
                value.problem(
                    "means nothing for \(origin), which is plain HTTP", hint: "say https:// if the origin speaks TLS"))
        }
        if service.insecure, service.caFile != nil, let value = group.values[.caFile]?.first {
            problems.append(
                value.problem(
                    "means nothing beside \(name(.insecure, like: value)), which verifies nothing",
                    hint: "leave one out"))
        }
    }

    /// No address twice, and nobody forwards to a listener of this process: that would be a loop.
    private mutating func checkListeners(_ services: [Service]) {
        let groups = raw.services ?? [raw.common]
        guard services.count == groups.count else { return }
        var seen: [Endpoint] = []
        for (group, service) in zip(groups, services) {
            for (index, endpoint) in service.listen.enumerated() {
                if seen.contains(endpoint), endpoint.port != 0, let written = group.values[.listen],
                    index < written.count
                {
                    problems.append(written[index].problem("\(endpoint) is listened on twice"))
                }
                seen.append(endpoint)
            }
        }
        for (group, service) in zip(groups, services) {
            let host = service.connect?.host ?? service.origin.host
            let port = service.connect?.port ?? service.origin.port
            guard let listener = seen.first(where: { $0.receives(host: host, port: port) }) else { continue }
            let key: SettingKey = service.connect == nil ? .origin : .connect
            guard let value = group.values[key]?.first else { continue }
            problems.append(
                value.problem(
                    "requests would come back to the listener \(listener)", hint: "choose another port for one of them")
            )
        }
    }

    // MARK: The process

    private mutating func output() -> Output {
        let common = raw.common
        var result = Output()
        var chosen: (mode: Output.Mode, value: RawValue)?
        for (key, mode) in [(SettingKey.json, Output.Mode.json), (.verbose, .verbose), (.quiet, .quiet)] {
            guard truth(common, key) == true, let value = common.values[key]?.first else { continue }
            if let chosen {
                problems.append(
                    value.problem(
                        "cannot be together with \(name(of: chosen.value, chosen.mode.rawValue))", hint: "choose one"))
            } else {
                chosen = (mode, value)
            }
        }
        result.mode = chosen?.mode ?? .lines
        result.color = value(common, .color) { text throws(Mismatch) in try Words.choice(text) } ?? .auto
        result.ascii = truth(common, .ascii) ?? false
        return result
    }

    private mutating func capture() -> Capture? {
        let common = raw.common
        let directory = value(common, .capture) { text throws(Mismatch) in try Words.path(text) }
        if common.lacks(.capture) {
            for key in SettingKey.needingCapture {
                guard let value = common.values[key]?.first else { continue }
                let name = name(.capture, like: value)
                problems.append(value.problem("means nothing without \(name)", hint: "add \(name) with a folder"))
            }
        }
        var result = Capture(directory: directory ?? "")
        if let size = quantity(common, .captureSegmentSize, 64 << 10...1 << 40) { result.segmentBytes = size }
        if let age = duration(common, .captureSegmentAge, 1_000...31 * 24 * 3_600_000) {
            result.segmentAge = age / 1_000
        }
        if let sample = quantity(common, .captureSample, 0...1 << 20) { result.sampleBytes = sample }
        result.maxDisk = quantity(common, .maxDisk, 64 << 10...1 << 50)
        result.keyFile = value(common, .captureKeyFile) { text throws(Mismatch) in try Words.path(text) }
        result.rawMilliseconds = duration(common, .captureRaw, 1_000...24 * 3_600_000)
        if let value = common.values[.captureRaw]?.first,
            truth(common, .json) == true || truth(common, .verbose) == true
        {
            // What these print comes from the captured lines, and a terminal has a scrollback that does not expire.
            problems.append(
                value.problem(
                    "cannot be together with \(name(.json, like: value)) or \(name(.verbose, like: value)), which would print the secrets",
                    hint: "leave those out"))
        }
        if directory != nil, let maxDisk = result.maxDisk, maxDisk < result.segmentBytes,
            let value = common.values[.maxDisk]?.first
        {
            let size = Quantity.text(bytes: result.segmentBytes)
            problems.append(
                value.problem(
                    "is less than one segment, which grows to \(size)",
                    hint: "raise it or lower \(name(.captureSegmentSize, like: value))"))
        }
        return directory == nil ? nil : result
    }

    private mutating func limits() -> Limits {
        var result = Limits()
        for name in LimitName.allCases {
            guard let value = raw.limits[name] else { continue }
            let allowed = name.allowed
            if let number = read(
                value,
                { text throws(Mismatch) in
                    let number = try name.isSize ? Quantity.bytes(text) : Quantity.count(text)
                    guard allowed.contains(number) else {
                        throw Self.outside(allowed, number, name.isSize ? .size : .count)
                    }
                    return number
                })
            {
                result[name] = number
            }
        }
        if result.line > result.head, let value = raw.limits[.line] ?? raw.limits[.head] {
            problems.append(
                value.problem(
                    "a line of \(Quantity.text(bytes: result.line)) does not fit in a head of "
                        + Quantity.text(bytes: result.head), hint: "raise head or lower line"))
        }
        return result
    }

    private mutating func timeouts() -> Timeouts {
        var result = Timeouts()
        for name in TimeoutName.allCases {
            guard let value = raw.timeouts[name] else { continue }
            let allowed = name.allowed
            if let time = read(
                value,
                { text throws(Mismatch) in
                    let time = try Quantity.milliseconds(text)
                    guard allowed.contains(time) else { throw Self.outside(allowed, time, .duration) }
                    return time
                })
            {
                result[name] = time
            }
        }
        return result
    }
}
