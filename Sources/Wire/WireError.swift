// What can be wrong with the bytes of a message. The parser knows which answer fits, so the status travels with the
// error (RFC 9110 section 15, RFC 9112); whoever sends it needs no second table.

/// A message that breaks the grammar or a limit.
public enum WireError: Error, Equatable, CaseIterable, Sendable {
    case bareLineFeed, bareCarriageReturn, controlByte, foldedLine, leadingBlank, badMethod, badTarget, badVersion
    case unsupportedVersion, http2Preface, badFieldName, blankBeforeColon, missingColon, badStatus
    case badContentLength, conflictingContentLength, lengthBesideEncoding, badTransferEncoding
    case unknownTransferEncoding, transferEncodingInHTTP10
    case missingHost, repeatedHost, badHost, hostMismatch
    case lineTooLong, targetTooLong, headTooLarge, tooManyFields
    case badChunkSize, badChunkExtension, badChunkEnd, chunkLineTooLong, tooManyChunks
    case headTooSlow

    /// The status a server answers a request with this fault.
    public var requestStatus: Int {
        switch self {
        case .targetTooLong: 414
        case .lineTooLong, .headTooLarge, .tooManyFields: 431
        case .tooManyChunks: 413
        case .unsupportedVersion: 505
        case .unknownTransferEncoding: 501
        case .headTooSlow: 408
        default: 400
        }
    }

    /// Whether the head as such was read without a fault, so that what it says is known.
    public var leavesHeadReadable: Bool {
        switch self {
        case .badContentLength, .conflictingContentLength, .lengthBesideEncoding, .badTransferEncoding,
            .unknownTransferEncoding, .transferEncodingInHTTP10, .missingHost, .repeatedHost, .badHost, .hostMismatch:
            true
        default: false
        }
    }

    /// What was seen, in one plain clause.
    public var text: String {
        switch self {
        case .bareLineFeed: "a line ends in LF without CR (RFC 9112 section 2.2)"
        case .bareCarriageReturn: "a CR stands without LF (RFC 9112 section 2.2)"
        case .controlByte: "a control byte stands in the head (RFC 9110 section 5.5)"
        case .foldedLine: "a field line is folded over two lines (RFC 9112 section 5.2)"
        case .leadingBlank: "white space stands before the first field (RFC 9112 section 2.2)"
        case .badMethod: "the method is not a token (RFC 9110 section 9.1)"
        case .badTarget:
            "the request-target has none of the four forms, or holds a fragment or blank (RFC 9112 section 3.2)"
        case .badVersion: "the start line does not carry an HTTP version (RFC 9112 section 2.3)"
        case .unsupportedVersion: "the HTTP version is not 1.0 or 1.1"
        case .http2Preface: "this is the HTTP/2 preface; hoplens speaks HTTP/1.1"
        case .badFieldName: "a field name is not a token (RFC 9110 section 5.1)"
        case .blankBeforeColon: "white space stands between a field name and its colon (RFC 9112 section 5.1)"
        case .missingColon: "a field line has no colon (RFC 9112 section 5)"
        case .badStatus: "the status line has no three-digit status (RFC 9112 section 4)"
        case .badContentLength: "Content-Length is not a decimal number (RFC 9110 section 8.6)"
        case .conflictingContentLength: "two Content-Length values differ (RFC 9112 section 6.3)"
        case .lengthBesideEncoding: "Content-Length stands beside Transfer-Encoding (RFC 9112 section 6.1)"
        case .badTransferEncoding: "Transfer-Encoding is malformed or does not end in chunked (RFC 9112 section 6.1)"
        case .unknownTransferEncoding: "a transfer coding other than chunked is used (RFC 9112 section 6.1)"
        case .transferEncodingInHTTP10: "an HTTP/1.0 message carries Transfer-Encoding (RFC 9112 section 6.1)"
        case .missingHost: "an HTTP/1.1 request has no Host (RFC 9112 section 3.2)"
        case .repeatedHost: "the request has more than one Host (RFC 9112 section 3.2)"
        case .badHost: "Host is not a host with an optional port (RFC 9110 section 7.2)"
        case .hostMismatch:
            "the request-target names one host and the field Host another; hoplens does not choose between them"
        case .lineTooLong: "a field line is longer than the limit line; raise it with --limit line=N"
        case .targetTooLong: "the request line is longer than the limit line; raise it with --limit line=N"
        case .headTooLarge: "the head is larger than the limit head; raise it with --limit head=N"
        case .tooManyFields: "the head has more field lines than the limit fields; raise it with --limit fields=N"
        case .badChunkSize: "a chunk size is not a hexadecimal number (RFC 9112 section 7.1)"
        case .badChunkExtension: "a chunk extension holds a control byte or an open quotation (RFC 9112 section 7.1.1)"
        case .badChunkEnd: "chunk data is not followed by CRLF (RFC 9112 section 7.1)"
        case .chunkLineTooLong: "chunk size lines and extensions are longer than hoplens reads"
        case .tooManyChunks:
            "the body has more small chunks than the limit chunks; raise it with --limit chunks=N"
        case .headTooSlow:
            "the request head did not arrive within the time limit head; raise it with --timeout head=DURATION"
        }
    }
}
