extension Catalogue {
    /// Answers that a cache gave, and should not have given.
    static let caching: [Rule] = [
        .sameAsAnonymous, .authorisedHit, .nonceInCachedPage, .setCookieCached, .errorCached, .restCached,
    ]
}
