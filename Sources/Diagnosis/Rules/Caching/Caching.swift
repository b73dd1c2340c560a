extension Catalogue {
    /// Answers that a cache gave, and should not have given.
    static let caching: [Rule] = [
        .privateToAnonymous, .encodingNotAccepted, .sameAsAnonymous, .authorisedHit, .nonceInCachedPage,
        .setCookieCached, .errorCached, .restCached,
    ]
}
