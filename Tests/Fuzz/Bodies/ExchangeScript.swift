// What an input of the target `exchange` says. It is meant to be read and written by people too:
//
//   two bytes   settings, bit by bit (see `settings`)
//   then        steps, each begun by the byte 0xFE and one letter:
//     c…  these bytes come from the client (up to the next 0xFE; 0xFE 0xFE is the byte itself)
//     o…  these bytes come from the origin
//     e E the client, the origin half-closes     b B the connection to the client, the origin breaks
//     r R the origin is ready on a new, a pooled connection (with the setting `waits`; else it is ready at once)
//     u   there is no origin to be had
//     t T U the armed phase took too long, and nobody, the client, the origin does not take bytes
//     d   drain
import Exchange
import Wire

struct ExchangeScript {
    enum Step: Equatable {
        case bytes(Side, [UInt8])
        case end(Side)
        case broken(Side)
        case ready(reused: Bool)
        case unavailable
        case timeout(blocked: Side?)
        case drain
    }

    private(set) var settings: ExchangeSettings
    /// Whether the origin is ready only when a step says so.
    private(set) var waits = false
    private(set) var steps: [Step] = []

    init(_ input: [UInt8]) {
        let flags = (input.first ?? 0, input.count > 1 ? input[1] : 0)
        settings = ExchangeScript.settings(flags.0, flags.1)
        waits = flags.1 & 1 != 0
        var at = 2
        while at + 1 < input.count {
            guard input[at] == 0xFE else {
                at += 1
                continue
            }
            let letter = input[at + 1]
            at += 2
            switch letter {
            case UInt8(ascii: "c"): steps.append(.bytes(.client, ExchangeScript.data(input, &at)))
            case UInt8(ascii: "o"): steps.append(.bytes(.origin, ExchangeScript.data(input, &at)))
            case UInt8(ascii: "e"): steps.append(.end(.client))
            case UInt8(ascii: "E"): steps.append(.end(.origin))
            case UInt8(ascii: "b"): steps.append(.broken(.client))
            case UInt8(ascii: "B"): steps.append(.broken(.origin))
            case UInt8(ascii: "r"): steps.append(.ready(reused: false))
            case UInt8(ascii: "R"): steps.append(.ready(reused: true))
            case UInt8(ascii: "u"): steps.append(.unavailable)
            case UInt8(ascii: "t"): steps.append(.timeout(blocked: nil))
            case UInt8(ascii: "T"): steps.append(.timeout(blocked: .client))
            case UInt8(ascii: "U"): steps.append(.timeout(blocked: .origin))
            case UInt8(ascii: "d"): steps.append(.drain)
            default: break
            }
        }
    }

    /// The bytes up to the next step.
    private static func data(_ input: [UInt8], _ at: inout Int) -> [UInt8] {
        var bytes: [UInt8] = []
        while at < input.count {
            if input[at] == 0xFE {
                guard at + 1 < input.count, input[at + 1] == 0xFE else { break }
                at += 1
            }
            bytes.append(input[at])
            at += 1
        }
        return bytes
    }

    private static func settings(_ first: UInt8, _ second: UInt8) -> ExchangeSettings {
        var settings = ExchangeSettings(
            pseudonym: Array("hoplens-t".utf8), originAuthority: Array("origin.test".utf8),
            originIsTLS: first & 0x80 != 0, listenerPort: 8080, listenerIsTLS: first & 0x20 != 0)
        settings.addsVia = first & 1 == 0
        settings.host =
            switch first >> 1 & 3 {
            case 0: .auto
            case 1: .origin
            case 2: .client
            default: .fixed(Array("shop.test".utf8))
            }
        settings.forwarded =
            switch first >> 3 & 3 {
            case 0, 3: .pass
            case 1: .xForwarded
            default: .rfc7239
            }
        settings.limits =
            first & 0x40 == 0
            ? HeadLimits(line: 1024, head: 2048, fields: 32) : HeadLimits(line: 40, head: 100, fields: 4)
        settings.interimLimit = 3
        settings.ownNames = [Array("listener.test".utf8)]
        return settings
    }
}
