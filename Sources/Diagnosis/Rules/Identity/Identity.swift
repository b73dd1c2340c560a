extension Catalogue {
    /// Who asks: credentials as WordPress core sees them.
    static let identity: [Rule] = [
        .noCredential, .malformedBasic, .loginPasswordInBasic, .colonInPassword, .notLoggedIn, .anonymousRefusal,
        .plainHopHidesTLS,
        .applicationPasswordsNotInUse, .wrongApplicationPassword, .cookieBesideBasic, .unknownUser,
        .applicationPasswordsDisabled,
        .cookieWithoutNonce, .twoIdentities, .invalidNonce, .siteHealth, .ownPermissionCheck, .capabilityMissing,
    ]
}
