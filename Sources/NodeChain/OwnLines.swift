// The lines this node sent (or received), by what a report can say of them: name, length and fingerprint of the value.
// A reported line is then the very line that left here, or several of them that a box joined, or another one.

import Fields
import Wire

/// What a reported line is, seen from this node.
public enum Resolution: Equatable, Sendable {
    /// The value of our line at this position.
    case same(Int)
    /// The values of these lines of ours, with this between them.
    case joined([Int], separator: String)
    /// Another value.
    case other
}

struct OwnLines {
    private struct Entry {
        var name: [UInt8]
        var length: Int
        var fingerprint: UInt32
        var resolution: Resolution
    }

    private var entries: [Entry] = []

    init() {}

    /// The followed lines of a section as sent: received lines with the edits applied, then those that were added.
    init(
        _ bytes: Span<UInt8>, _ lines: [FieldLine], _ edits: [FieldEdit], sent: Span<UInt8>,
        _ membership: ChainMembership
    ) {
        var repeated: [[UInt8]: [(index: Int, value: [UInt8])]] = [:]
        var position = 0
        func take(_ id: FieldName, _ source: Span<UInt8>, _ name: Extent, _ value: Extent) {
            defer { position += 1 }
            let spelled = ChainBytes.copy(source, name)
            guard Followed.follows(id, spelled, extra: membership.extra) || Followed.isSign(id, spelled) else { return }
            let key = spelled.map(Octet.lowercased)
            entries.append(
                Entry(
                    name: key, length: value.count,
                    fingerprint: membership.authority.fingerprint(source, value), resolution: .same(position)))
            if repeated[key, default: []].count < 8 {
                repeated[key, default: []].append((position, ChainBytes.copy(source, value)))
            }
        }
        for (n, line) in lines.enumerated() {
            switch edits.first(where: { $0.operation != .add && Int($0.index) == n }) {
            case nil: take(line.id, bytes, line.name, line.value)
            case let edit? where edit.operation == .replace: take(edit.id, sent, edit.name, edit.value)
            default: break
            }
        }
        for edit in edits where edit.operation == .add { take(edit.id, sent, edit.name, edit.value) }
        for (name, values) in repeated where values.count > 1 {
            for separator in [", ", ",", "; "] {
                let joined = Array(values.map(\.value).joined(separator: Array(separator.utf8)))
                entries.append(
                    Entry(
                        name: name, length: joined.count,
                        fingerprint: membership.authority.fingerprint(joined.span, Extent(0, joined.count)),
                        resolution: .joined(values.map(\.index), separator: separator)))
            }
        }
    }

    func resolve(_ line: ReportedLine) -> Resolution {
        let name = line.name.map(Octet.lowercased)
        return entries.first {
            $0.name == name && $0.length == line.length && $0.fingerprint == line.fingerprint
        }?.resolution ?? .other
    }
}

enum ChainBytes {
    static func copy(_ bytes: Span<UInt8>, _ extent: Extent) -> [UInt8] {
        var out: [UInt8] = []
        out.append(extent, of: bytes)
        return out
    }
}

/// Writes a head down for a report.
struct SectionReader {
    private let membership: ChainMembership
    private let redactor: Redactor

    init(_ membership: ChainMembership) {
        self.membership = membership
        redactor = Redactor(membership.authority, secretNames: membership.secretNames)
    }

    func section(
        _ bytes: Span<UInt8>, _ fields: borrowing FieldSection, _ edits: [FieldEdit], sent: Span<UInt8>,
        signs: Bool = false
    ) -> ReportedSection {
        var section = ReportedSection()
        var places: [Int: Int] = [:]
        for (n, line) in fields.lines.enumerated() {
            let isSign = signs && Followed.isSign(line.id, ChainBytes.copy(bytes, line.name))
            guard
                let reported = isSign
                    ? self.line(line.id, bytes, line.name, line.value)
                    : reported(line.id, bytes, line.name, line.value)
            else { continue }
            places[n] = section.lines.count
            section.lines.append(reported)
        }
        for edit in edits where edit.reason != .chain {
            if edit.operation == .add {
                guard let line = reported(edit.id, sent, edit.name, edit.value) else { continue }
                section.edits.append(ReportedEdit(operation: .add, reason: edit.reason, index: nil, line: line))
            } else if let place = places[Int(edit.index)] {
                var line = ReportedLine(name: section.lines[place].name, length: 0, fingerprint: 0)
                if edit.operation == .replace {
                    line = self.line(edit.id, sent, edit.name, edit.value)
                }
                section.edits.append(
                    ReportedEdit(operation: edit.operation, reason: edit.reason, index: place, line: line))
            }
        }
        return section
    }

    private func reported(_ id: FieldName, _ bytes: Span<UInt8>, _ name: Extent, _ value: Extent) -> ReportedLine? {
        guard Followed.follows(id, ChainBytes.copy(bytes, name), extra: membership.extra) else { return nil }
        return line(id, bytes, name, value)
    }

    private func line(_ id: FieldName, _ bytes: Span<UInt8>, _ name: Extent, _ value: Extent) -> ReportedLine {
        var shown: [UInt8]?
        // A long value is not shown in a report in any case.
        if value.count <= 400 {
            let treatment = Treatment.of(id, bytes, name, extra: redactor.secretNames)
            let redacted = redactor.value(ChainBytes.copy(bytes, value), treatment)
            if !redacted.latin1 { shown = redacted.shown }
        } else if id == .authorization || id == .proxyAuthorization {
            shown = redactor.value(ChainBytes.copy(bytes, value), .credentials).shown
        }
        return ReportedLine(
            name: ChainBytes.copy(bytes, name), length: value.count,
            fingerprint: membership.authority.fingerprint(bytes, value), shown: shown)
    }
}
