// The member `chain` of a line: written once at the end of an exchange, from what the forwarding core read. Reports are
// rare beside exchanges, so this is the clear way.

import Fields
import JSON
public import NodeChain
import Wire

extension Recorder {
    /// The exchange's part in a chain; a later call replaces it.
    public mutating func chain(_ r: inout RecordBuffer, _ pass: ChainPass) {
        r.chain.removeAll(keepingCapacity: true)
        // Nothing of ours goes with a preflight, so there is nothing to tell of it.
        guard pass.role != .silent else { return }
        r.chain.append(text: #","chain":{"trace":""#)
        r.chain += Hex.text(pass.id)
        r.chain.append(text: pass.role == .began ? #"","began":true"# : #"","began":false"#)
        if !pass.reports.isEmpty {
            r.chain.append(text: #","reports":["#)
            for (n, read) in pass.reports.enumerated() {
                if n > 0 { r.chain.append(Octet.comma) }
                report(read, answering: pass.id, to: &r.chain)
            }
            r.chain.append(UInt8(ascii: "]"))
        }
        r.chain.append(UInt8(ascii: "}"))
    }

    private func report(_ read: ChainPass.Read, answering id: [UInt8], to out: inout [UInt8]) {
        let report = read.report
        out.append(text: #"{"kind":""#)
        out.append(text: report.kind.word)
        out.append(text: #"","node":"#)
        string(report.node, to: &out)
        out.append(text: #","seconds":"#)
        out.appendDecimal(report.seconds)
        if report.trace != id {
            out.append(text: #","other_trace":""#)
            out += Hex.text(report.trace)
            out.append(UInt8(ascii: "\""))
        }
        out.append(text: #","request":{"#)
        section(report.request, read.request, to: &out)
        if let response = report.response {
            out.append(text: #"},"response":{"status":"#)
            out.appendDecimal(report.status)
            if report.isOwnAnswer { out.append(text: #","by":"hoplens""#) }
            out.append(Octet.comma)
            section(response, read.response, to: &out)
        }
        out.append(UInt8(ascii: "}"))
        if !report.extra.isEmpty {
            out.append(text: #","follows":["#)
            for (n, name) in report.extra.enumerated() {
                if n > 0 { out.append(Octet.comma) }
                string(name, to: &out)
            }
            out.append(UInt8(ascii: "]"))
        }
        if !report.facts.isEmpty {
            out.append(text: #","facts":["#)
            for (n, fact) in report.facts.enumerated() {
                out.append(text: n > 0 ? #",{"n":"# : #"{"n":"#)
                out.appendJSON(string: fact.name)
                out.append(text: #","v":"#)
                // The probe tells no value of a credential, and what has the form of one is hidden all the same; but for
                // names of functions and errors, which are what was asked for, and look like secrets to a search.
                let value = Array(fact.value.utf8)
                let isCode = Recorder.codes.contains(fact.name) && value.allSatisfy(Recorder.isOfCode)
                string(isCode ? value : redactor.value(value, .known).shown, to: &out)
                out.append(UInt8(ascii: "}"))
            }
            out.append(UInt8(ascii: "]"))
        }
        out.append(UInt8(ascii: "}"))
    }

    private static let codes = ["refused_by", "refused_code", "application_password", "error"]

    private static func isOfCode(_ byte: UInt8) -> Bool {
        Octet.isToken(byte) || byte == Octet.space || byte == Octet.colon || byte == Octet.slash || byte == 0x5C
    }

    private func section(_ section: ReportedSection, _ resolutions: [Resolution], to out: inout [UInt8]) {
        out.append(text: #""fields":["#)
        for (n, line) in section.lines.enumerated() {
            out.append(text: n > 0 ? #",{"n":"# : #"{"n":"#)
            string(line.name, to: &out)
            switch n < resolutions.count ? resolutions[n] : .other {
            case .same(let position): positions([position], to: &out)
            case .joined(let several, let separator):
                positions(several, to: &out)
                out.append(text: #","sep":"#)
                out.appendJSON(string: separator)
            case .other: value(line, to: &out)
            }
            out.append(UInt8(ascii: "}"))
        }
        out.append(text: #"],"edits":["#)
        for (n, edit) in section.edits.enumerated() {
            let operation =
                switch edit.operation {
                case .drop: "drop"
                case .replace: "replace"
                case .add: "add"
                }
            out.append(text: n > 0 ? #",{"op":""# : #"{"op":""#)
            out.append(text: operation)
            out.append(UInt8(ascii: "\""))
            if let index = edit.index {
                out.append(text: #","i":"#)
                out.appendDecimal(index)
            }
            out.append(text: #","n":"#)
            string(edit.line.name, to: &out)
            if edit.operation != .drop { value(edit.line, to: &out) }
            out.append(text: #","why":"#)
            out.appendJSON(string: edit.reason?.word ?? "unknown")
            out.append(UInt8(ascii: "}"))
        }
        out.append(UInt8(ascii: "]"))
        if let cut = section.cutAt {
            out.append(text: #","cut":"#)
            out.appendDecimal(cut)
        }
    }

    private func positions(_ positions: [Int], to out: inout [UInt8]) {
        out.append(text: #","as":["#)
        for (n, position) in positions.enumerated() {
            if n > 0 { out.append(Octet.comma) }
            out.appendDecimal(position)
        }
        out.append(UInt8(ascii: "]"))
    }

    /// A value that is none of ours: as the point shows it, or its length and fingerprint.
    private func value(_ line: ReportedLine, to out: inout [UInt8]) {
        out.append(text: #","v":"#)
        if let shown = line.shown {
            string(shown, to: &out)
        } else {
            var marker: [UInt8] = []
            Marker.append(.secret, length: line.length, fingerprint: line.fingerprint, to: &marker)
            string(marker, to: &out)
        }
        out.append(text: #","len":"#)
        out.appendDecimal(line.length)
        out.append(text: #","fp":""#)
        Marker.appendHex(line.fingerprint, to: &out)
        out.append(UInt8(ascii: "\""))
    }

    private func string(_ bytes: [UInt8], to out: inout [UInt8]) {
        out.appendJSON(string: String(decoding: bytes, as: UTF8.self))
    }
}
