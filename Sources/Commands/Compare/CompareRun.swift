// Asks both sides. A lane is a list of requests whose order matters: what one of them leaves in a cache, the next one
// meets. Lanes run beside each other, and within a step the origin is asked first and the public side then, so that every
// answer of one side stands between two of the other.
import CORS
import Comparison
import Fields
import Inflate
import Probes
import Proxy
import Secure
import Settings
import Trace

final class CompareRun {
    /// A list of requests in their order.
    struct Lane {
        var path: String
        var probes: [Probe]
    }

    let setUp: CompareSetUp
    let client: Client
    private let redactor: Redactor
    private let progress: CompareProgress
    private(set) var asked: [AskedProbe] = []
    /// Where each lane's first probe stands in `asked`.
    private var starts: [Int] = []
    private var lanes: [Lane] = []
    private var sides: [(origin: Bool, answers: [ClientAnswer])] = []
    /// What went wrong before anything was sent: a certificate file, a request that cannot be written.
    private(set) var fault: String?
    private(set) var originSide: ComparedSide
    private(set) var publicSide: ComparedSide
    /// How many redirects of one answer are followed.
    private static let mostRedirects = 6

    init(_ setUp: CompareSetUp) throws(AskError) {
        self.setUp = setUp
        let fingerprinter = Fingerprinter(key: SecureRandom.bytes(KeyFile.length))
        client = try Client(concurrency: setUp.concurrency, node: "compare", fingerprinter: fingerprinter)
        redactor = Redactor(fingerprinter)
        progress = CompareProgress()
        originSide = ComparedSide(
            url: setUp.origin.url, connect: setUp.origin.connect?.description)
        publicSide = ComparedSide(url: setUp.publicSide.url, connect: setUp.publicSide.connect?.description)
        originSide.caFile = setUp.origin.caFile
        publicSide.caFile = setUp.publicSide.caFile
        makeLanes()
    }

    private func makeLanes() {
        if setUp.paths.isEmpty {
            // Where something may change, nothing is asked out of turn.
            let isSafe = setUp.plan.own.allSatisfy(\.isSafe)
            lanes =
                isSafe
                ? setUp.plan.own.map { Lane(path: $0.path, probes: [$0]) } : [Lane(path: "", probes: setUp.plan.own)]
        } else {
            lanes = setUp.paths.map { path in
                Lane(path: path, probes: setUp.plan.set.probes(for: path, token: "0"))
            }
        }
        for lane in lanes {
            starts.append(asked.count)
            asked += lane.probes.map { AskedProbe($0, path: setUp.paths.isEmpty ? "" : lane.path, left: [], right: []) }
        }
    }

    // MARK: Rounds

    /// Asks everything; what is known when it is cancelled is in `asked`.
    func run() {
        let longest = lanes.map(\.probes.count).max() ?? 0
        progress.begin(total: asked.count * 2 * setUp.rounds)
        defer { progress.end() }
        // A pair of questions first: names, certificates and closed ports show in it, and nothing more need be sent then.
        for round in 0..<setUp.rounds {
            for step in 0..<longest {
                for isOrigin in [true, false] {
                    ask(step, round, isOrigin)
                    if client.isCancelled || fault != nil { return }
                }
            }
        }
        followRedirects()
    }

    private func ask(_ step: Int, _ round: Int, _ isOrigin: Bool) {
        let places = lanes.indices.filter { step < lanes[$0].probes.count }.map { starts[$0] + step }
        let requests = places.map { request(asked[$0].probe, round, isOrigin) }
        let results = client.send(requests, milliseconds: setUp.milliseconds) { _, _ in progress.advance() }
        for (place, result) in zip(places, results) { note(result, place, isOrigin) }
    }

    private func note(_ result: Result<ClientAnswer, AskError>, _ place: Int, _ isOrigin: Bool) {
        let observation: Observation
        switch result {
        case .success(let answer):
            learn(answer, isOrigin)
            observation = Observation(answer.record, body: body(answer))
        case .failure(.noAnswer(let record)): observation = Observation(record, body: nil)
        case .failure(.setup(let text)):
            fault = fault ?? text
            return
        case .failure(.cancelled): return
        }
        if isOrigin { asked[place].left.append(observation) } else { asked[place].right.append(observation) }
    }

    private func learn(_ answer: ClientAnswer, _ isOrigin: Bool) {
        func note(_ side: inout ComparedSide) {
            if !side.peers.contains(answer.peer) { side.peers.append(answer.peer) }
            guard let tls = answer.tls else { return }
            side.tls = tls.version
            if !tls.verified { side.isVerified = false }
        }
        if isOrigin { note(&originSide) } else { note(&publicSide) }
    }

    /// The content, its coding undone and its secrets replaced.
    private func body(_ answer: ClientAnswer) -> ObservedBody {
        var content = answer.body
        var isWhole = answer.bodyIsWhole
        let coding = answer.all("content-encoding").map { String(decoding: $0, as: UTF8.self).lowercased() }
            .joined(separator: ",").split(separator: ",").map { $0.filter { $0 != " " } }.filter { $0 != "identity" }
        if !coding.isEmpty, !content.isEmpty {
            guard coding.count == 1, let plain = Inflate.decode(content, coding: coding[0], limit: 8 << 20) else {
                return ObservedBody(shown: nil, isWhole: isWhole)
            }
            content = plain.bytes
            if plain.end != .complete { isWhole = false }
        }
        let type = (answer.first("content-type") ?? "").lowercased()
        let isMedia = [
            "image/", "video/", "audio/", "font/", "application/octet", "application/zip", "application/pdf",
        ]
        .contains { type.hasPrefix($0) }
        return ObservedBody(shown: isMedia ? content : redactor.sample(content), isWhole: isWhole)
    }

    // MARK: Requests

    /// A probe as it is sent to a side.
    func request(_ probe: Probe, _ round: Int, _ isOrigin: Bool) -> ClientRequest {
        let host = probe.host ?? (isOrigin ? setUp.originHost : setUp.publicHost)
        var path = probe.path
        if probe.role == .busted {
            // Each time another text: the second answer must not come out of a cache either.
            let mark = path.contains("?hoplens=") ? "?" : "&"
            let bare = path.firstRange(of: "\(mark)hoplens=").map { String(path[..<$0.lowerBound]) } ?? path
            path = "\(bare)\(mark)hoplens=\(CompareRun.token())"
        }
        return ClientRequest(
            target: isOrigin ? setUp.origin : setUp.publicSide, method: probe.method, path: Array(path.utf8),
            fields: [("Host", Array(host.utf8))] + probe.fields.map { ($0.name, $0.value) }, body: probe.body)
    }

    private static func token() -> String { SecureRandom.bytes(6).map { String($0, radix: 36) }.joined() }

    // MARK: Redirects

    /// Follows what the last answers lead to, as long as it is on the same side; steps to elsewhere are told and not taken.
    private func followRedirects() {
        struct Walk {
            var place: Int
            var isOrigin: Bool
            var url: WebURL
            var target: AskTarget
        }
        func next(_ record: Record, _ place: Int, _ isOrigin: Bool) -> Walk? {
            guard let response = record.response, (300..<400).contains(response.status), asked[place].probe.isSafe,
                let location = response.head.lines.first(where: { $0.name.lowercased() == "location" })?.value,
                let from = CompareRun.url(of: record), let to = WebURL(location, relativeTo: from), to.isHTTP,
                to.host == from.host, let target = target(of: to, isOrigin)
            else { return nil }
            return Walk(place: place, isOrigin: isOrigin, url: to, target: target)
        }
        var walks: [Walk] = []
        for place in asked.indices {
            if let record = asked[place].left.last?.record, let walk = next(record, place, true) { walks.append(walk) }
            if let record = asked[place].right.last?.record, let walk = next(record, place, false) {
                walks.append(walk)
            }
        }
        for _ in 0..<CompareRun.mostRedirects where !walks.isEmpty {
            let requests = walks.map { walk in
                let probe = asked[walk.place].probe
                let fields = probe.fields.map { ($0.name, $0.value) }
                return ClientRequest(
                    target: walk.target, method: probe.method, path: Array(walk.url.target.utf8),
                    fields: [("Host", Array(walk.url.authority.utf8))] + fields, body: [])
            }
            var further: [Walk] = []
            for (walk, result) in zip(walks, client.send(requests, milliseconds: setUp.milliseconds)) {
                guard let record = CompareRun.record(result) else { continue }
                let last = walk.isOrigin ? asked[walk.place].left.count - 1 : asked[walk.place].right.count - 1
                if walk.isOrigin {
                    asked[walk.place].left[last].followed.append(record)
                } else {
                    asked[walk.place].right[last].followed.append(record)
                }
                if let more = next(record, walk.place, walk.isOrigin) { further.append(more) }
            }
            walks = further
        }
    }

    private static func record(_ result: Result<ClientAnswer, AskError>) -> Record? {
        switch result {
        case .success(let answer): answer.record
        case .failure(.noAnswer(let record)): record
        case .failure: nil
        }
    }

    private static func url(of record: Record) -> WebURL? {
        guard let request = record.request, let target = request.target, let origin = record.origin,
            let host = request.head.lines.first(where: { $0.name.lowercased() == "host" })?.value
        else { return nil }
        return WebURL("\(origin.url.prefix { $0 != ":" })://\(host)\(target)")
    }

    /// Where a URL of a side is asked: by the same way when scheme and port are the same, by its own port otherwise, and
    /// nowhere when the side is dialled by an address that is known for one port only.
    private func target(of url: WebURL, _ isOrigin: Bool) -> AskTarget? {
        var target = isOrigin ? setUp.origin : setUp.publicSide
        let host = isOrigin ? setUp.originHost : setUp.publicHost
        let tls = url.scheme == "https"
        let port = url.port ?? (tls ? 443 : 80)
        let logical = WebURL("\(target.tls ? "https" : "http")://\(host)")
        if tls == target.tls, url.port == logical?.port { return target }
        guard target.connect == nil, !isOrigin || target.host == url.host else { return nil }
        target.tls = tls
        target.port = port
        return target
    }
}

extension WebURL {
    /// The host, in brackets if it is an IPv6 address, and the port where the URL has one.
    fileprivate var authority: String { port.map { "\(host):\($0)" } ?? host }
}

/// How far it is, on standard error, when it takes longer than a second.
final class CompareProgress {
    private let line = ProgressLine()
    private var done = 0

    func begin(total: Int) { line.begin(total: total, unit: "answers") }

    func advance() {
        done += 1
        line.show(done)
    }

    func end() { line.end() }
}
