// Who is asking, decided in the order WordPress core and the usual JWT plugin decide it:
//   1. a Bearer token belongs to the plugin: good, or an error on every route;
//   2. a login cookie comes next, and counts only together with its nonce;
//   3. a Basic credential is looked at when no cookie has named a user. A wrong one is no error: the request simply
//      goes on as nobody, which is why a stripped and a wrong password look alike from outside.

extension WordPress {
    /// Who is asking.
    enum Identity: Equatable {
        case nobody
        /// The user; `byNonce` when cookie and nonce proved it.
        case editor(byNonce: Bool)
        /// The credential itself was refused, whatever the route.
        case refused(Problem)

        /// Whether a user is logged in.
        var isEditor: Bool { if case .editor = self { true } else { false } }
    }

    /// An error as the REST API tells it.
    struct Problem: Equatable {
        var status: Int
        var code: String
        var message: String
    }

    static let badNonce = Problem(
        status: 403, code: "rest_cookie_invalid_nonce", message: "The nonce does not belong to this login.")

    func identity(_ request: Request) -> Identity {
        let authorization = request.fields["Authorization"] ?? ""
        // The plugin compares the scheme with its case; `bearer` is nobody's.
        if authorization.hasPrefix("Bearer ") { return bearer(String(authorization.dropFirst(7))) }
        let nonce = request.fields["X-WP-Nonce"]
        if hasLoginCookie(request) {
            guard let nonce else { return .nobody }
            return nonce == secrets.nonce ? .editor(byNonce: true) : .refused(WordPress.badNonce)
        }
        if isApplicationPassword(authorization) { return .editor(byNonce: false) }
        // A nonce without its cookie is checked against nobody's and fails.
        return nonce == nil ? .nobody : .refused(WordPress.badNonce)
    }

    private func bearer(_ token: String) -> Identity {
        if token == secrets.jwt { return .editor(byNonce: false) }
        let isThreeParts = token.split(separator: ".", omittingEmptySubsequences: false).count == 3
        let message = isThreeParts ? "The token's signature is wrong." : "A token has three parts; this one has not."
        return .refused(Problem(status: 403, code: "jwt_auth_invalid_token", message: message))
    }

    private func hasLoginCookie(_ request: Request) -> Bool {
        request.fields.all("Cookie").contains { line in
            line.split(separator: ";").contains { pair in
                pair.drop { $0 == " " } == secrets.cookie
            }
        }
    }

    private func isApplicationPassword(_ authorization: String) -> Bool {
        let parts = authorization.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "basic", let bytes = Base64.bytes(parts[1]) else {
            return false
        }
        let pair = String(decoding: bytes, as: UTF8.self).split(separator: ":", maxSplits: 1)
        guard pair.count == 2, pair[0] == DemoSecrets.user else { return false }
        // The groups are for reading only: everything but letters and digits is left out of the comparison.
        return letters(pair[1]) == letters(secrets.applicationPassword)
    }

    private func letters(_ text: some StringProtocol) -> String {
        String(text.filter { $0.isASCII && ($0.isLetter || $0.isNumber) })
    }
}
