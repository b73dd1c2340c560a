// Examples of rules: exchanges written the way people quote them, turned into the very records a capture would hold
// (redacted by the same code), so that an example proves that a rule works on what is stored.
//
//   @ client tls                          (facts of the exchange, before anything else)
//   > GET /wp-json/wp/v2/users/me HTTP/1.1
//   > Authorization: Bearer abc           (the request as the client sent it)
//   >- Authorization connection-nominated (an edit of this node: drop; >+ Name: value why adds)
//   < HTTP/1.1 401 Unauthorized
//   < Content-Type: application/json      (the response as the origin sent it; <- and <+ are edits)
//   {"code": "rest_not_logged_in"}        (every other line: the body)
//   --- preflight                         (another exchange, standing in that Relation to the first)
//
// Facts: `@ client tls`, `@ origin https|http`, `@ by hoplens`, `@ error SIDE PHASE CAUSE`, `@ end WORD`,
// `@ time SECONDS` (since 1970), `@ body BYTES` (the length of the answer's body where it is not quoted),
// `@ coded` (the body is compressed: nothing of it is stored), `@ sampled` (the body was read although it is no error).

/// An exchange (with those that belong to it) that shows what a rule finds, or must not find.
public struct Example: Sendable {
    /// What it shows, as a phrase.
    public let title: String
    /// The exchanges, as described above.
    public let text: String

    /// An example from its text.
    public init(_ title: String, _ text: String) {
        self.title = title
        self.text = text
    }
}
