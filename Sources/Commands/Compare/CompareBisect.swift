// `--bisect`: for a request that fails on one side and not on the other, the fields of the request that decide it.
import Comparison
import Diagnosis
import Probes
import Proxy

extension CompareRun {
    /// How many more requests one bisection may send.
    private static let mostRequests = 40
    /// How many requests are bisected.
    private static let most = 3

    /// Bisects the first requests that fail on one side only.
    func bisect(_ requests: [ComparedRequest]) -> [BisectionResult] {
        var results: [BisectionResult] = []
        for request in requests where results.count < CompareRun.most && !client.isCancelled {
            guard let one = request.left.statuses.last, let two = request.right.statuses.last,
                (one >= 400) != (two >= 400),
                let asked = asked.first(where: { $0.probe.name == request.name && $0.path == request.path }),
                asked.probe.isSafe
            else { continue }
            results.append(bisect(asked.probe, request.name, isOrigin: one >= 400))
        }
        return results
    }

    private func bisect(_ probe: Probe, _ name: String, isOrigin: Bool) -> BisectionResult {
        var search = Bisection(most: CompareRun.mostRequests)
        let found = search.smallest(of: probe.fields.count) { left in
            var tried = probe
            tried.fields = probe.fields.enumerated().filter { !left.contains($0.offset) }.map(\.element)
            let answer = client.send([request(tried, 0, isOrigin)], milliseconds: setUp.milliseconds)[0]
            guard case .success(let answer) = answer else { return nil }
            return answer.status < 400
        }
        let side = isOrigin ? "origin" : "public"
        let names = (found ?? []).sorted().map { probe.fields[$0].name }
        let text =
            names.isEmpty
            ? "no field of the request decides it: without any of them the \(side == "public" ? "public side" : "origin") fails as well"
            : "without \(names.joined(separator: " and ")) the \(side == "public" ? "public side" : "origin") answers"
                + (search.isExhausted ? "; the search was ended after \(search.asked) requests" : "")
        return BisectionResult(request: name, side: side, fields: names, text: text, asked: search.asked)
    }
}
