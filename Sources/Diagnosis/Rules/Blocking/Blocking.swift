extension Catalogue {
    /// Who refused a request before WordPress saw it.
    static let blocking: [Rule] = [
        .blockedOnlyThroughUs, .cloudflareChallenge, .cloudflareBlock, .sucuri, .goDaddy, .akamai, .cloudFrontBlock,
        .imperva, .siteGround, .hostFirewall, .modSecurity, .wordfence, .liteSpeedBlock, .envoyAnswer, .serverOwnPage,
    ]
}
