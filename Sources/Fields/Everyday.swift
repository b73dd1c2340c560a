// Whether text is made of everyday words and numbers. A field nobody has heard of may hold anything, and a secret of
// ten bytes has no form that could be searched for; so there it is the other way round: what is shown has to look like
// a word, a number, a version, an address or a date, and everything else is told by length and fingerprint.
//
// A password that is a word cannot be told from a word: whoever has one in a field of their own names the field
// (`--secret NAME`).

import Wire

/// The test for everyday text.
public enum Everyday {
    /// A run of letters, digits and what joins them that is this long is no word but a passphrase; `Non-Authoritative` is one.
    private static let longest = 17

    /// The first run of word bytes in a part of text that is more than words and numbers, or nil.
    public static func oddRun(_ bytes: Span<UInt8>, from start: Int, to end: Int) -> Range<Int>? {
        var i = start
        while i < end {
            guard isWordByte(bytes[i]) else {
                i += 1
                continue
            }
            let begin = i
            while i < end, isWordByte(bytes[i]) { i += 1 }
            if isOdd(bytes, begin, i) { return begin..<i }
        }
        return nil
    }

    /// Whether a run is something else than words and numbers joined by dashes.
    private static func isOdd(_ bytes: Span<UInt8>, _ begin: Int, _ end: Int) -> Bool {
        if end - begin > longest { return true }
        var mixed = 0
        var i = begin
        while i < end {
            guard !isJoint(bytes[i]) else {
                i += 1
                continue
            }
            var digits = 0
            var letters = 0
            var changes = 0
            var behindDigits = 0
            var wasCapital = true
            let from = i
            while i < end, !isJoint(bytes[i]) {
                let byte = bytes[i]
                if byte >= 0x30, byte <= 0x39 {
                    digits += 1
                } else {
                    let isCapital = byte >= 0x41 && byte <= 0x5A
                    if letters > 0, isCapital, !wasCapital { changes += 1 }
                    wasCapital = isCapital
                    letters += 1
                    if digits > 0 { behindDigits += 1 }
                }
                i += 1
            }
            let count = i - from
            if letters == 0 {
                // A time in seconds has ten digits.
                if digits > 10 { return true }
            } else if digits == 0 {
                // `WordPress`, `iPhone`, `HTML`; not `XqBvKwLm`.
                if changes > (letters >= 8 ? 2 : 1) { return true }
            } else if count > 3 {
                // `http2`, `hit1`; `64bit`, `10ms`.
                let isVersion = behindDigits == 0 && digits <= 2 && changes <= 1
                let isMeasure = behindDigits == letters && letters <= 3 && digits <= 6
                if !isVersion, !isMeasure { return true }
            } else {
                mixed += 1
            }
        }
        // One `k8s` is a word, four of its kind are a key.
        return mixed > 1
    }

    private static func isWordByte(_ byte: UInt8) -> Bool { isAlphanumeric(byte) || byte >= 0x80 || isJoint(byte) }

    private static func isJoint(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "+") || byte == UInt8(ascii: "~")
    }
}

extension SecretScan {
    /// Takes out whatever is more than words and numbers.
    mutating func findOddRuns() {
        let bytes = view.bytes
        var at = 0
        while let run = Everyday.oddRun(bytes.span, from: at, to: bytes.count) {
            mark(run, .secret)
            at = run.upperBound
        }
    }
}
