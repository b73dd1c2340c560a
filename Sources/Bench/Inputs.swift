// What every exercise is fed with: the exchange of scripts/bench, an authenticated call to WordPress's REST API. The
// counts in scripts/instructions.expected belong to exactly these bytes.
import Exchange

enum Inputs {
    static let request = Array(
        """
        GET /wp-json/wp/v2/users/me?_locale=user HTTP/1.1\r
        Host: 127.0.0.1:8080\r
        User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0\r
        Accept: application/json, */*;q=0.1\r
        Accept-Encoding: gzip, deflate, br\r
        Authorization: Basic ZWRpdG9yOmFiY2QgZWZnaCBpamtsIG1ub3AgcXJzdCB1dnd4\r
        Cookie: wordpress_logged_in_5f4dcc3b5aa765d61d8327deb882cf99=editor%7C1790000000%7Cu3Jk0vX9; wp_lang=en\r
        X-WP-Nonce: 4f0ac1b2d3\r
        Referer: https://www.example.test/wp-admin/post.php?post=42&action=edit\r
        \r

        """.utf8)

    static let response = Array(
        """
        HTTP/1.1 200 OK\r
        Server: nginx/1.22.1\r
        Date: Sat, 21 Nov 2026 03:44:28 GMT\r
        Content-Type: application/json; charset=UTF-8\r
        Content-Length: 200\r
        Connection: keep-alive\r
        Vary: Origin, Accept-Encoding\r
        X-Robots-Tag: noindex\r
        Access-Control-Expose-Headers: X-WP-Total, X-WP-TotalPages, Link\r
        \r

        """.utf8)

    static let body = [UInt8](repeating: UInt8(ascii: "x"), count: 200)

    static let refusal = Array(
        """
        HTTP/1.1 401 Unauthorized\r
        Server: nginx/1.22.1\r
        Date: Sat, 21 Nov 2026 03:44:28 GMT\r
        Content-Type: application/json; charset=UTF-8\r
        Content-Length: 107\r
        Connection: keep-alive\r
        X-Robots-Tag: noindex\r
        Link: <https://www.example.test/wp-json/>; rel="https://api.w.org/"\r
        \r

        """.utf8)

    static let refusalBody = Array(
        #"{"code":"rest_not_logged_in","message":"You are not currently logged in.","data":{"status":401}}"#.utf8)

    static let chunked: [UInt8] = {
        let chunk = Array("40\r\n".utf8) + [UInt8](repeating: UInt8(ascii: "y"), count: 64) + Array("\r\n".utf8)
        return (0..<32).flatMap { _ in chunk } + Array("0\r\n".utf8)
    }()

    static let settings = ExchangeSettings(
        pseudonym: Array("hoplens-1a2b3c".utf8), originAuthority: Array("127.0.0.1:8081".utf8), originIsTLS: false,
        listenerPort: 8080, listenerIsTLS: false)
}
