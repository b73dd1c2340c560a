// Taking off compression: a lower limit and a shorter input give the beginning of the same bytes, never more than the
// limit, and only a whole stream is called complete.
import Inflate

enum InflateBody {
    @Sendable
    static func run(_ bytes: [UInt8]) -> [String] {
        var promises = Promises()
        check("gzip", bytes, &promises) { Inflate.gzip($0, limit: $1) }
        check("deflate", bytes, &promises) { Inflate.deflate($0, limit: $1) }
        check("blocks", bytes, &promises) { Inflate.blocks($0, limit: $1) }
        return promises.broken
    }

    private static func check(
        _ name: String, _ bytes: [UInt8], _ promises: inout Promises, _ inflate: ([UInt8], Int) -> Inflated
    ) {
        let limit = 20_000
        let whole = inflate(bytes, limit)
        promises.expect(whole.bytes.count <= limit, "\(name): more bytes come out than the limit allows")
        promises.expect(whole.end != .limit || whole.bytes.count == limit, "\(name): the limit is reached too early")
        for less in [0, 1, whole.bytes.count / 2, max(0, whole.bytes.count - 1)] {
            let some = inflate(bytes, less)
            promises.expect(
                some.bytes.count <= less && whole.bytes.starts(with: some.bytes),
                "\(name): other bytes come out with a limit of \(less)")
        }
        for count in [bytes.count / 2, max(0, bytes.count - 1)] {
            let cut = inflate(Array(bytes[..<count]), limit)
            promises.expect(
                whole.bytes.starts(with: cut.bytes) || cut.bytes.starts(with: whole.bytes),
                "\(name): other bytes come out of the first \(count)")
        }
    }
}
