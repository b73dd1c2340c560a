extension Catalogue {
    /// Who asks: credentials as WordPress core sees them.
    static let identity: [Rule] = [
        .noCredential, .malformedBasic, .notLoggedIn, .anonymousRefusal, .plainHopHidesTLS,
        .applicationPasswordsNotInUse, .wrongApplicationPassword, .cookieBesideBasic, .unknownUser,
        .applicationPasswordsDisabled,
        .cookieWithoutNonce, .invalidNonce, .siteHealth, .ownPermissionCheck, .capabilityMissing,
    ]
}
