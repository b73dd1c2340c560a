// Proxy-Status (RFC 9209): what each intermediary did with a request and where it failed, the one nearest to the origin
// first. The registered error types come with the meaning the RFC gives them, shortened.

public import StructuredFields

/// An error type of RFC 9209 section 2.3.
public enum ProxyErrorType: String, CaseIterable, Sendable {
    case dnsTimeout = "dns_timeout"
    case dnsError = "dns_error"
    case destinationNotFound = "destination_not_found"
    case destinationUnavailable = "destination_unavailable"
    case destinationIPProhibited = "destination_ip_prohibited"
    case destinationIPUnroutable = "destination_ip_unroutable"
    case connectionRefused = "connection_refused"
    case connectionTerminated = "connection_terminated"
    case connectionTimeout = "connection_timeout"
    case connectionReadTimeout = "connection_read_timeout"
    case connectionWriteTimeout = "connection_write_timeout"
    case connectionLimitReached = "connection_limit_reached"
    case tlsProtocolError = "tls_protocol_error"
    case tlsCertificateError = "tls_certificate_error"
    case tlsAlertReceived = "tls_alert_received"
    case httpRequestError = "http_request_error"
    case httpRequestDenied = "http_request_denied"
    case httpResponseIncomplete = "http_response_incomplete"
    case httpResponseHeaderSectionSize = "http_response_header_section_size"
    case httpResponseHeaderSize = "http_response_header_size"
    case httpResponseBodySize = "http_response_body_size"
    case httpResponseTrailerSectionSize = "http_response_trailer_section_size"
    case httpResponseTrailerSize = "http_response_trailer_size"
    case httpResponseTransferCoding = "http_response_transfer_coding"
    case httpResponseContentCoding = "http_response_content_coding"
    case httpResponseTimeout = "http_response_timeout"
    case httpUpgradeFailed = "http_upgrade_failed"
    case httpProtocolError = "http_protocol_error"
    case proxyInternalResponse = "proxy_internal_response"
    case proxyInternalError = "proxy_internal_error"
    case proxyConfigurationError = "proxy_configuration_error"
    case proxyLoopDetected = "proxy_loop_detected"

    /// Whether the intermediary reached the next hop before it failed.
    public var reachedNextHop: Bool {
        switch self {
        case .dnsTimeout, .dnsError, .destinationNotFound, .destinationUnavailable, .destinationIPProhibited,
            .destinationIPUnroutable, .connectionRefused, .connectionTimeout, .connectionLimitReached,
            .httpRequestError, .httpRequestDenied, .proxyInternalResponse, .proxyInternalError,
            .proxyConfigurationError, .proxyLoopDetected:
            false
        default: true
        }
    }
}

/// What one intermediary says.
public struct ProxyStatusMember: Equatable, Sendable {
    /// Its name for itself.
    public var proxy: String
    /// The error's word, registered or not (section 2.1.1).
    public var error: String?
    /// Where it sent the request (section 2.1.2).
    public var nextHop: String?
    /// The protocol it spoke there (section 2.1.3).
    public var nextProtocol: String?
    /// The status code it was answered with (section 2.1.4).
    public var receivedStatus: Int?
    /// What it says besides (section 2.1.5).
    public var details: String?
    /// All its parameters.
    public var parameters: StructuredParameters

    /// The error, when it is a registered one.
    public var errorType: ProxyErrorType? { error.flatMap(ProxyErrorType.init) }
}

/// Proxy-Status, read.
public struct ProxyStatus: Equatable, Sendable {
    /// The intermediaries, the one nearest to the origin first.
    public let members: [ProxyStatusMember]

    /// Proxy-Status from the values of its lines; an error when it is no list, which makes it as good as absent.
    public init(_ lines: [String]) throws(StructuredFieldError) {
        members = try StructuredList(lines: RecordedStructure.bytes(lines)).members.compactMap(ProxyStatus.member)
    }

    /// The intermediary nearest to the origin that names an error: where the trouble began.
    public var firstError: ProxyStatusMember? { members.first { $0.error != nil } }

    private static func member(_ member: StructuredMember) -> ProxyStatusMember? {
        guard case .item(let item) = member, let name = item.value.text else { return nil }
        let all = item.parameters
        let next: String? =
            if case .bytes(let bytes)? = all["next-protocol"] { String(decoding: bytes, as: UTF8.self) } else {
                all["next-protocol"]?.text
            }
        return ProxyStatusMember(
            proxy: name, error: all["error"]?.token, nextHop: all["next-hop"]?.text, nextProtocol: next,
            receivedStatus: all["received-status"]?.integer.map { Int($0) }, details: all["details"]?.text,
            parameters: all)
    }
}
