// The examples most rules need, without writing the same answer again and again. What comes out is the plain text of an
// example like any other.

extension Example {
    /// An exchange from its head lines; the request's lines are marked here.
    static func exchange(_ title: String, _ request: String, _ answer: String) -> Example {
        Example(title, marked(request, ">") + "\n" + answer)
    }

    /// The REST server of WordPress refusing with an error object, with the fields it always sends.
    static func refusal(
        _ title: String, _ request: String, _ status: Int, _ code: String, _ message: String = "Sorry.",
        fields: [String] = [], facts: [String] = []
    ) -> Example {
        let head =
            [
                "HTTP/1.1 \(status) Refused", "Content-Type: application/json; charset=UTF-8", "X-Robots-Tag: noindex",
                "Link: <https://example.test/wp-json/>; rel=\"https://api.w.org/\"", "X-Content-Type-Options: nosniff",
                "Access-Control-Expose-Headers: X-WP-Total, X-WP-TotalPages, Link",
                "Access-Control-Allow-Headers: Authorization, X-WP-Nonce, Content-Disposition, Content-MD5, Content-Type",
            ] + fields
        return Example(
            title,
            facts.map { "@ \($0)\n" }.joined() + marked(request, ">") + "\n"
                + marked(head.joined(separator: "\n"), "<") + "\n"
                + "{\"code\":\"\(code)\",\"message\":\"\(message)\",\"data\":{\"status\":\(status)}}")
    }

    /// The REST server of WordPress answering 200.
    static func success(_ title: String, _ request: String, fields: [String] = [], facts: [String] = []) -> Example {
        let head =
            [
                "HTTP/1.1 200 OK", "Content-Type: application/json; charset=UTF-8", "X-Robots-Tag: noindex",
                "Link: <https://example.test/wp-json/>; rel=\"https://api.w.org/\"",
                "Access-Control-Allow-Headers: Authorization, X-WP-Nonce, Content-Disposition, Content-MD5, Content-Type",
            ] + fields
        return Example(
            title,
            facts.map { "@ \($0)\n" }.joined() + marked(request, ">") + "\n"
                + marked(head.joined(separator: "\n"), "<") + "\n@ body 120")
    }

    /// The example followed by another one that stands in a relation to it.
    func with(_ relation: Relation, _ other: Example) -> Example {
        Example(title, text + "\n--- \(relation.rawValue)\n" + other.text)
    }

    private static func marked(_ lines: String, _ mark: String) -> String {
        lines.split(separator: "\n").map { "\(mark) \($0)" }.joined(separator: "\n")
    }
}
