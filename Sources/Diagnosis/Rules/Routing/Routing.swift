extension Catalogue {
    /// Whether a request finds its route, and whether the REST API is closed.
    static let routing: [Rule] = [
        .plainPermalinks, .prefixUnknown, .prettyRouteMissing, .noRoute, .methodRefused, .htmlInsteadOfJSON,
        .restClosed, .refusedBeforeRoute,
        .uploadRefused, .badParameters, .statusRewritten,
    ]
}
