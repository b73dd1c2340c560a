// What of an exchange its judgement depends on, as two numbers. Traffic repeats itself: a page asks the same route a
// thousand times, a broken client fails in the same way all day. Two exchanges of one signature, with neighbours of equal
// signatures, get the same findings, so the rules run once for all of them.
//
// `steady` covers everything any rule decides by. `fleeting` covers the values that only name this one answer (Date,
// CF-Ray, request ids): no rule decides by them, but a finding may quote them as evidence. Where a token is held against
// a clock, the second of the exchange and the answer's Date are part of `steady`.
//
// The hashes are seeded anew in every process, so nobody outside can make two exchanges collide on purpose.

public import Trace
import Fields

/// What the judgement of an exchange depends on.
public struct Signature: Hashable, Sendable {
    /// Everything that rules decide by.
    public let steady: Int
    /// The values that are other in every answer and that evidence may quote.
    public let fleeting: Int
    /// Everything but the error body: what is left when a flood of errors is not sampled any more.
    public let withoutBody: Int
    /// What rules decide by in the answer alone.
    public let answer: Int
    /// Whether the answer had content of which nothing was kept.
    public let isUnsampled: Bool
    /// Whether a token is held against the clock.
    public let hasToken: Bool

    /// The signature of a record.
    public init(_ record: Record) {
        var steady = Hasher()
        var fleeting = Hasher()
        steady.combine(record.service)
        steady.combine(record.raw)
        steady.combine(record.end)
        steady.combine(record.client.tls)
        if let origin = record.origin {
            steady.combine(origin.url)
            steady.combine(origin.connection != nil)
            steady.combine(origin.retried)
            steady.combine(origin.verified)
        }
        var hasToken = false
        if let request = record.request {
            steady.combine(request.method)
            steady.combine(request.target)
            steady.combine(request.version)
            steady.combine(request.malformedBytes)
            for line in request.head.lines {
                steady.combine(line.name)
                steady.combine(line.value)
                if line.shape?.token != nil { hasToken = true }
            }
            Signature.add(request.head.edits, to: &steady)
        }
        self.hasToken = hasToken
        // The clock is part of it only where something is held against it.
        if hasToken { steady.combine(record.time / 1_000_000) }
        steady.combine(record.interim.count)
        var answer = Hasher()
        if let response = record.response {
            answer.combine(response.status)
            answer.combine(response.byHoplens)
            fleeting.combine(response.reason)
            for line in response.head.lines {
                answer.combine(line.name)
                if !hasToken, Signature.isFleeting(line.name) {
                    fleeting.combine(line.value)
                } else {
                    answer.combine(line.value)
                }
            }
            Signature.add(response.head.edits, to: &steady)
        }
        let head = answer
        steady.combine(head.finalize())
        if let error = record.error {
            steady.combine(error.side)
            steady.combine(error.phase)
            steady.combine(error.cause)
            fleeting.combine(error.text)
        }
        steady.combine(record.responseBody?.framing)
        // Of an error body the text counts, which may hold an id or a time of its own; of others the length is compared.
        let sample = record.responseBody?.sample
        isUnsampled = sample == nil && (record.responseBody?.bytes ?? 0) > 0 && (record.response?.status ?? 0) >= 400
        let beforeBody = steady
        withoutBody = beforeBody.finalize()
        answer.combine(record.responseBody?.bytes)
        self.answer = answer.finalize()
        steady.combine(record.responseBody?.bytes)
        if let sample {
            steady.combine(sample.type)
            steady.combine(sample.bytes)
            steady.combine(sample.text)
        }
        self.steady = steady.finalize()
        self.fleeting = fleeting.finalize()
    }

    private static func add(_ edits: [RecordedEdit], to hasher: inout Hasher) {
        for edit in edits {
            hasher.combine(edit.operation)
            hasher.combine(edit.index)
            hasher.combine(edit.line.name)
            hasher.combine(edit.line.value)
            hasher.combine(edit.why)
        }
    }

    /// Fields that name one answer, or the moment of it, and by which nothing is decided.
    public static func isFleeting(_ name: String) -> Bool {
        switch name.utf8.count {
        case 4: isSameName(name, "date") || isSameName(name, "etag")
        case 6: isSameName(name, "cf-ray")
        case 7: isSameName(name, "x-timer")
        case 9: isSameName(name, "x-runtime")
        case 11: isSameName(name, "x-amz-cf-id")
        case 12: isSameName(name, "x-request-id")
        case 13: isSameName(name, "last-modified") || isSameName(name, "server-timing")
        case 16: isSameName(name, "x-amz-request-id") || isSameName(name, "x-correlation-id")
        default: false
        }
    }
}
